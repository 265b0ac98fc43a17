import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectPeer } from '../../engine/core/rpc.ts';
import type { RunEvent } from '../../engine/process/protocol.ts';
import type { StudioApi } from '../../main/contract.ts';
import { start, strata, temporaryFolder } from './strata.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const home = join(folder, 'home');

interface Page {
  readonly api: StudioApi;
  readonly checkpoint: Promise<unknown>;
  close(): void;
}

/** Opens the studio as a browser does: address, cookie, WebSocket. */
async function signIn(address: string): Promise<() => Promise<Page>> {
  const url = new URL(address);
  const answer = await fetch(url, { redirect: 'manual' });
  const headers = { Cookie: answer.headers.get('set-cookie')!.split(';')[0], Origin: url.origin };
  return async () => {
    const socket = new WebSocket(`ws://${url.host}/rpc`, { headers });
    await new Promise((resolve) => socket.once('open', resolve));
    const checkpoint = Promise.withResolvers<unknown>();
    const channel = {
      post: (message: unknown) => socket.send(JSON.stringify(message)),
      listen: (receive: (message: unknown) => void) =>
        void socket.on('message', (data) => receive(JSON.parse(String(data)))),
    };
    const nothing = () => {};
    const { remote } = connectPeer<StudioApi>(channel, {
      runEvent: (event: RunEvent) => event.kind === 'checkpoint' && checkpoint.resolve(event),
      engineChanged: nothing,
      runChanged: nothing,
      progress: nothing,
      datasetsChanged: nothing,
      generated: nothing,
    });
    return { api: remote, checkpoint: checkpoint.promise, close: () => socket.close() };
  };
}

it('trains on after the page is closed, and stops with a checkpoint when it is asked to end', async () => {
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Strata</title>');
  const server = start(home, 'serve', '--no-open', '--assets', folder, '--json');
  const { url } = JSON.parse(await server.printed('"serving"')) as { url: string };
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  const open = await signIn(url);

  const first = await open();
  const template = (await first.api.listTemplates()).find(({ slug }) => slug === 'iris-mlp')!;
  const training = { ...template.document.training, epochs: 100_000 };
  const project = await first.api.createProject({ ...template.document, training });
  const run = await first.api.startRun(project.id);
  await first.checkpoint;
  first.close();

  const second = await open();
  const before = await second.api.getRun(run.id);
  expect(before.status).toBe('running');
  await expect.poll(async () => (await second.api.getRun(run.id)).step).toBeGreaterThan(before.step);
  await second.api.pauseRun(run.id);
  await expect.poll(async () => (await second.api.getRun(run.id)).status).toBe('paused');
  await second.api.resumeRun(run.id);
  await expect.poll(async () => (await second.api.getRun(run.id)).status).toBe('running');

  server.process.kill('SIGTERM');
  expect((await server.outcome).code).toBe(0);
  const { events } = await strata(home, 'runs', '--json');
  expect(events).toMatchObject([{ id: run.id, status: 'stopped', resumable: true, problem: null }]);
});

it('prints its address for people', async () => {
  const server = start(home, 'serve', '--no-open', '--assets', folder);
  const line = await server.printed('Strata is running at');
  expect(line).toMatch(/^Strata is running at http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  server.process.kill('SIGINT');
  expect((await server.outcome).code).toBe(0);
});
