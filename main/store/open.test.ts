import Database from 'better-sqlite3';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StrataError } from '../../engine/core/errors.ts';
import { migrate, MIGRATIONS } from './migrate.ts';
import { openStore, type Store } from './open.ts';

const NOW = '2026-01-02T03:04:05.000Z';
let home: string;
let store: Store;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'strata-store-'));
  store = openStore(home);
});
afterEach(() => {
  store.close();
  rmSync(home, { recursive: true, force: true });
});

function addProject(id: string, origin: string | null = null): void {
  store.projects.insert({ id, name: id, origin, createdAt: NOW, updatedAt: NOW });
  store.revisions.insert(id, { revision: 1, createdAt: NOW, nodes: 0, document: '{}' });
}

function addRun(id: string, projectId: string): void {
  const run = { id, projectId, revision: 1, dataset: 'abc', datasetName: 'Iris', createdAt: NOW };
  store.runs.insert(run, process.pid);
}

describe('openStore', () => {
  it('opens with a write-ahead log, foreign keys and only strict tables', () => {
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(store.db.pragma('foreign_keys', { simple: true })).toBe(1);
    const tables = store.db.pragma('table_list') as { name: string; strict: number; type: string }[];
    const loose = tables.filter(
      ({ name, type, strict }) => type === 'table' && !name.startsWith('sqlite_') && strict === 0,
    );
    expect(loose).toEqual([]);
  });

  it('refuses a store that a newer Strata has written, and leaves it as it is', () => {
    store.db.pragma('user_version = 999');
    store.close();
    const opening = () => openStore(home);
    expect(opening).toThrow(StrataError);
    expect(opening).toThrow(/newer version of Strata/);
    const db = new Database(join(home, 'strata.sqlite'));
    expect(db.pragma('user_version', { simple: true })).toBe(999);
    db.close();
  });

  it('says that a file which is no database cannot be read', () => {
    store.close();
    rmSync(home, { recursive: true });
    store = openStore(home);
    store.close();
    writeFileSync(
      join(home, 'strata.sqlite'),
      'This is not a database, whatever its name says. '.repeat(200),
    );
    for (const suffix of ['-wal', '-shm']) rmSync(join(home, `strata.sqlite${suffix}`), { force: true });
    expect(() => openStore(home)).toThrow(/cannot be read or written/);
  });

  it('says that a folder which cannot be made is out of reach', () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' }) as Error;
    expect(() => openStore(file)).toThrow(unavailable);
    expect(() => openStore(join(file, 'below'))).toThrow(unavailable);
  });

  it('serves two processes at once: a second connection sees what the first wrote', () => {
    addProject('p');
    const second = openStore(home);
    expect(second.projects.list().map(({ id }) => id)).toEqual(['p']);
    second.close();
  });
});

describe('migrations', () => {
  it('001 makes every table from nothing', () => {
    const db = new Database(':memory:');
    migrate(db, MIGRATIONS.slice(0, 1));
    const names = db
      .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .all();
    expect(names.map(({ name }) => name)).toEqual([
      'artifacts',
      'datasets',
      'metrics',
      'projects',
      'revisions',
      'runs',
      'settings',
    ]);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
  });

  it('002 lets a run say what it began with, and leaves the runs that are there alone', () => {
    const db = new Database(':memory:');
    migrate(db, MIGRATIONS.slice(0, 1));
    db.exec(`
      INSERT INTO projects VALUES ('p', 'P', NULL, '${NOW}', '${NOW}');
      INSERT INTO revisions VALUES ('p', 1, '${NOW}', 0, '{}');
      INSERT INTO runs (id, project_id, number, revision, dataset, dataset_name, status, created_at)
        VALUES ('r', 'p', 1, 1, 'abc', 'Iris', 'finished', '${NOW}')`);
    migrate(db, MIGRATIONS.slice(0, 2));
    expect(db.prepare('SELECT id, status, initial FROM runs').all()).toEqual([
      { id: 'r', status: 'finished', initial: null },
    ]);
  });

  it('runs only the missing ones, all or nothing', () => {
    const db = new Database(':memory:');
    migrate(db, ['CREATE TABLE a (x INTEGER) STRICT']);
    const broken = ['', 'CREATE TABLE b (x INTEGER) STRICT', 'this is not SQL'];
    expect(() => migrate(db, broken)).toThrow(/syntax error/);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'b'").pluck().get()).toBe(0);
    migrate(db, broken.slice(0, 2));
    expect(db.pragma('user_version', { simple: true })).toBe(2);
  });
});

describe('tables', () => {
  it('numbers the runs of each project from one', () => {
    addProject('p');
    addProject('q');
    addRun('r1', 'p');
    addRun('r2', 'p');
    addRun('r3', 'q');
    expect(['r1', 'r2', 'r3'].map((id) => store.runs.find(id)?.number)).toEqual([1, 2, 1]);
    expect(store.runs.list(null)).toHaveLength(3);
    expect(store.runs.list('q').map(({ id }) => id)).toEqual(['r3']);
  });

  it('deletes runs, metrics and artifacts with their project', () => {
    addProject('p');
    addRun('r', 'p');
    store.metrics.insert('r', [{ split: 'train', step: 1, epoch: 0.1, values: { loss: 1 } }]);
    const artifact = { path: 'runs/r/a', sha256: 'x', bytes: 1, step: 1, epoch: 0, createdAt: NOW };
    store.artifacts.saveCheckpoint('r', artifact);
    expect(store.artifacts.checkpoints('r')).toEqual([artifact]);
    store.projects.delete('p');
    expect(store.runs.find('r')).toBeUndefined();
    expect(store.metrics.list('r')).toEqual([]);
    expect(store.artifacts.checkpoints('r')).toEqual([]);
  });

  it('keeps the state of a run as it was given', () => {
    addProject('p');
    addRun('r', 'p');
    const state = {
      status: 'failed',
      owner: null,
      endedAt: NOW,
      device: null,
      parameters: 12,
      peakBytes: 5_000_000_000,
      initial: {
        run: 'q',
        step: 3,
        taken: ['a.kernel'],
        left: [{ name: 'a.bias', reason: 'it is 2 there' }],
      },
      step: 7,
      epoch: 0.5,
      seconds: 1.25,
      metrics: { 'test.accuracy': 0.5 },
      problem: { code: 'LOSS_NOT_FINITE', message: 'The loss is not a number any more.' },
    } as const;
    store.runs.update('r', state);
    expect(store.runs.find('r')).toMatchObject(state);
    expect(store.runs.active()).toEqual([]);
  });

  it('replaces a metric point that is measured again and drops those after a checkpoint', () => {
    addProject('p');
    addRun('r', 'p');
    const point = (step: number, loss: number) =>
      ({ split: 'train', step, epoch: step / 10, values: { loss } }) as const;
    store.metrics.insert('r', [point(1, 3), point(2, 2), point(3, 1)]);
    store.metrics.insert('r', [point(2, 2.5)]);
    store.metrics.deleteAfter('r', 2);
    expect(store.metrics.list('r')).toEqual([point(1, 3), point(2, 2.5)]);
  });

  it('finds a data set by its hash or by the sample it stands for', () => {
    const schema = {
      version: 1,
      name: 'Iris',
      columns: [],
      rows: { train: 1, validation: 0, test: 0 },
    } as const;
    const row = { hash: 'h', name: 'Iris', createdAt: NOW, source: 'sample:iris', bytes: 1, schema };
    store.datasets.save({ ...row, sample: 'sample:iris' });
    store.datasets.save({ ...row, name: 'Flowers', sample: null });
    expect(store.datasets.find('h')).toEqual(store.datasets.find('sample:iris'));
    expect(store.datasets.find('h')).toMatchObject({ name: 'Flowers', sample: 'sample:iris' });
  });

  it('finds a project by what the command line made it from', () => {
    addProject('p', 'template:iris-mlp');
    expect(store.projects.findByOrigin('template:iris-mlp')?.id).toBe('p');
    expect(store.projects.findByOrigin('template:other')).toBeUndefined();
  });
});

describe('a full disk', () => {
  /** SQLite's own limit on pages stands in for the disk's: it gives the same SQLITE_FULL. */
  function fillDisk(): void {
    const pages = store.db.pragma('page_count', { simple: true }) as number;
    store.db.pragma(`max_page_count = ${pages}`);
  }

  it('is a clear error, loses nothing, and everything works again once there is space', () => {
    addProject('p');
    addRun('r', 'p');
    store.metrics.insert('r', [{ split: 'train', step: 0, epoch: 0, values: { loss: 1 } }]);
    fillDisk();
    const batch = Array.from({ length: 5000 }, (_, index) => ({
      split: 'train' as const,
      step: index + 1,
      epoch: index / 100,
      values: { loss: 1 / (index + 1) },
    }));
    expect(() => store.metrics.insert('r', batch)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ code: 'DISK_FULL' }) as unknown,
      }) as Error,
    );
    expect(store.metrics.list('r')).toHaveLength(1);
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
    store.db.pragma('max_page_count = 1000000');
    store.metrics.insert('r', batch);
    expect(store.metrics.list('r')).toHaveLength(5001);
  });
});

it('makes its folder where it is missing', () => {
  const nested = join(home, 'a', 'b');
  openStore(nested).close();
  expect(existsSync(join(nested, 'strata.sqlite'))).toBe(true);
});
