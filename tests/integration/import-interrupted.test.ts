import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StrataApp } from '../../main/app.ts';
import { importSource } from '../../main/cli/importing.ts';
import { homeOf } from '../../main/home.ts';
import { nodeHost } from '../../main/node-host.ts';
import { openStore } from '../../main/store/open.ts';
import { start, temporaryFolder } from './strata.ts';

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());

/** Rows that take some seconds to read. */
const ROWS = 2_000_000;

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'an import whose command ends by %s leaves nothing behind',
  { timeout: 60_000 },
  async (signal) => {
    const table = join(folder, 'table.csv');
    const lines = Array.from({ length: 1000 }, (_, at) => `${at},${Math.sin(at)},text ${at}\n`).join('');
    writeFileSync(table, `n,sine,words\n${lines.repeat(ROWS / 1000)}`);
    const running = start(join(folder, 'home'), 'import', table, '--json');
    await running.printed('Reading rows');
    const left = () => readdirSync(join(folder, 'home', 'datasets'));
    expect(left()).toEqual([expect.stringMatching(/^\.importing-/)]);
    running.process.kill(signal);
    await running.outcome;
    await vi.waitFor(() => expect(left()).toEqual([]), 5000);
  },
);

it('data sets that were finished but not recorded, or half deleted, are whole again', async () => {
  const home = homeOf({ STRATA_HOME: join(folder, 'home') });
  const path = join(folder, 'small.csv');
  writeFileSync(
    path,
    `n,class\n${Array.from({ length: 20 }, (_, at) => `${at},${'ab'[at % 2]}\n`).join('')}`,
  );
  const withApp = async <T>(use: (app: StrataApp) => T): Promise<Awaited<T>> => {
    const app = new StrataApp(nodeHost(home.log), { home });
    try {
      return await use(app);
    } finally {
      await app.close();
    }
  };
  const listed = ({ datasets }: StrataApp) =>
    datasets.list().map(({ hash, name, bytes, schema }) => ({ hash, name, bytes, rows: schema.rows }));

  const { hash } = await withApp((app) => importSource(app, path));
  const before = await withApp(listed);
  const store = openStore(home.folder);
  store.datasets.delete(hash);
  store.close();
  expect(await withApp(listed)).toEqual(before);

  const training = join(home.datasets, hash, 'train');
  rmSync(training, { recursive: true });
  await withApp((app) => importSource(app, path));
  expect(readdirSync(training)).toHaveLength(2);

  await withApp((app) => app.datasets.delete(hash));
  expect(await withApp(listed)).toEqual([]);
  expect(readdirSync(home.datasets)).toEqual([]);
});
