import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEVICE_VARIABLE, type MetricPoint } from '../../engine/process/protocol.ts';
import { StrataApp } from '../../main/app.ts';
import type { RunSummary } from '../../main/contract.ts';
import { homeOf } from '../../main/home.ts';
import type { EngineProcess, Host } from '../../main/host.ts';
import { nodeHost } from '../../main/node-host.ts';
import { temporaryFolder } from './strata.ts';

const { folder, remove } = temporaryFolder();
const home = homeOf({ STRATA_HOME: folder });
const KILLS = 10;

let app: StrataApp;
let engine: EngineProcess | null = null;

/** The real host, which remembers the engine that it started last. */
function watchedHost(): Host {
  const host = nodeHost(home.log);
  return { ...host, spawnEngine: (environment) => (engine = host.spawnEngine(environment)) };
}

beforeAll(() => {
  app = new StrataApp(watchedHost(), { home });
});
afterAll(async () => {
  await app.close();
  remove();
});

/** The next state of the run that fits. */
function until(fits: (run: RunSummary) => boolean, studio = app): Promise<RunSummary> {
  return new Promise((resolve) => {
    const end = studio.subscribe({
      runChanged: (run) => {
        if (!fits(run)) return;
        end();
        resolve(run);
      },
    });
  });
}

const keyOf = ({ split, step }: MetricPoint) => `${split}:${step}`;

function nextCheckpoint(studio = app): Promise<number> {
  return new Promise((resolve) => {
    const end = studio.subscribe({
      runEvent: (event) => {
        if (event.kind !== 'checkpoint') return;
        end();
        resolve(event.step);
      },
    });
  });
}

describe('an engine that is killed while it trains', () => {
  it(`loses nothing before the last checkpoint, ${KILLS} times in a row`, { timeout: 300_000 }, async () => {
    const { document } = await app.templates.find('iris-mlp');
    // So many small steps that no machine is done with them before the test is.
    const training = { ...document.training, epochs: 100_000, batchSize: 1 };
    const project = app.projects.create({ ...document, training });
    const checkpoint = nextCheckpoint();
    const { id } = await app.runs.start(project.id);
    let least = await checkpoint;

    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1500));
      const interrupted = until(({ status }) => status === 'interrupted');
      process.kill(engine!.pid!, 'SIGKILL');
      const run = await interrupted;
      expect(run).toMatchObject({ resumable: true, problem: { code: 'ENGINE_DIED' } });
      expect(app.store.db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(app.store.db.pragma('foreign_key_check')).toEqual([]);

      const next = nextCheckpoint();
      await app.runs.resume(id);
      const from = app.runs.get(id).step;
      expect(from).toBeGreaterThanOrEqual(least);
      least = await next;
      expect(least).toBeGreaterThan(from);
    }

    const stopped = until(({ status }) => status === 'stopped');
    await app.runs.stop(id);
    expect(await stopped).toMatchObject({ number: 1, resumable: true, problem: null });
    const steps = app.runs.metrics(id).map(keyOf);
    expect(new Set(steps).size).toBe(steps.length);
    expect(app.runs.list(null)).toHaveLength(1);
  });
});

describe.each([
  ['graphics card', 'gpu', 800],
  ['processor', 'cpu', 20_000],
])('an engine on the %s that is killed', (_, device, epochs) => {
  it('finishes with the very bits of a run that nobody disturbed', { timeout: 240_000 }, async () => {
    const own = new StrataApp(watchedHost(), {
      home: homeOf({ STRATA_HOME: join(folder, device) }),
      engineEnvironment: { [DEVICE_VARIABLE]: device },
    });
    const { document } = await own.templates.find('iris-mlp');
    const training = {
      ...document.training,
      ...{ epochs, accumulation: 2, averaging: 0.9, clipNorm: 1 },
      schedule: { type: 'cosine', params: {} },
    };
    const dropout = { id: 'relu-2', type: 'alpha-dropout', params: { rate: 0.1 }, trainable: true };
    const nodes = document.nodes.map((node) => (node.id === dropout.id ? dropout : node));
    const project = own.projects.create({ ...document, nodes, training });
    const bitsOf = (id: string) => own.store.artifacts.checkpoints(id)[0].sha256;

    const undisturbed = until(({ status }) => status === 'finished', own);
    await own.runs.start(project.id);
    const expected = await undisturbed;

    const checkpoint = nextCheckpoint(own);
    const { id } = await own.runs.start(project.id);
    const step = await checkpoint;
    expect(step).toBeLessThan(expected.step);
    const interrupted = until(({ status }) => status === 'interrupted', own);
    process.kill(engine!.pid!, 'SIGKILL');
    expect(await interrupted).toMatchObject({ resumable: true, problem: { code: 'ENGINE_DIED' } });
    const finished = until(({ status }) => status === 'finished', own);
    await own.runs.resume(id);
    expect((await finished).metrics).toEqual(expected.metrics);
    expect(bitsOf(id)).toBe(bitsOf(expected.id));
    await own.close();
  });
});

describe('a Strata that ended while a run was going on', () => {
  it('marks the run as interrupted when it starts again, but not one that another Strata trains', async () => {
    const { document } = await app.templates.find('iris-mlp');
    const { id: projectId } = app.projects.create(document);
    const run = {
      projectId,
      revision: 1,
      dataset: 'x',
      datasetName: 'x',
      createdAt: new Date().toISOString(),
    };
    const deadPid = 2 ** 22 + 1; // Above the largest process id that Linux gives by default.
    app.store.runs.insert({ ...run, id: 'dead' }, deadPid);
    app.store.runs.insert({ ...run, id: 'elsewhere' }, process.ppid);
    app.runs.recover();
    expect(app.runs.get('dead')).toMatchObject({
      status: 'interrupted',
      problem: { code: 'RUN_INTERRUPTED' },
      resumable: false,
    });
    expect(app.runs.get('elsewhere').status).toBe('preparing');
    await expect(app.runs.resume('dead')).rejects.toMatchObject({ code: 'NO_CHECKPOINT' });
    await expect(app.runs.stop('elsewhere')).rejects.toMatchObject({ code: 'RUN_NOT_GOING' });
    for (const id of ['dead', 'elsewhere']) app.store.runs.delete(id);
  });
});

describe('a disk that is full', () => {
  it('pauses the run, says why, and loses no point of its curves', { timeout: 120_000 }, async () => {
    const { document } = await app.templates.find('iris-mlp');
    const training = { ...document.training, epochs: 100_000, batchSize: 1 };
    const { id: projectId } = app.projects.create({ ...document, training });
    const points: string[] = [];
    const checkpoint = nextCheckpoint();
    const end = app.subscribe({
      runEvent: (event) => {
        if (event.kind === 'metrics') points.push(...event.points.map(keyOf));
      },
    });
    const { id } = await app.runs.start(projectId);
    await checkpoint;
    const paused = until(({ status }) => status === 'paused');
    const { db } = app.store;
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true }) as number}`);
    expect(await paused).toMatchObject({ problem: { code: 'DISK_FULL' } });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');

    db.pragma('max_page_count = 4294967294');
    await app.runs.resume(id);
    const stopped = until(({ status }) => status === 'stopped');
    await app.runs.stop(id);
    expect((await stopped).problem).toBeNull();
    end();
    const stored = app.runs.metrics(id).map(keyOf);
    expect(stored.sort()).toEqual([...new Set(points)].sort());
  });
});
