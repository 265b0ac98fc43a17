import { appendFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import type { AppendRequest } from '../../core/append.ts';
import { decodeText } from '../../core/kept-text.ts';
import { SPLITS } from '../../core/dataset.ts';
import type { ImportRequest, ImportResult } from '../../core/import.ts';
import { appendRows } from './append.ts';
import { openSnapshot, shardFile } from './snapshot.ts';

let folder: ImportFolder;
let first: ImportResult;
beforeEach(async () => {
  folder = await ImportFolder.create();
  const rows = Array.from({ length: 20 }, (_, at) => `${at};${['a', 'b'][at % 2]}`);
  first = await folder.import(await folder.write('table.csv', ['size;class', ...rows].join('\n')));
});
afterEach(() => folder.remove());

async function append(
  table: readonly string[],
  changes: Partial<AppendRequest> = {},
  signal = new AbortController().signal,
): Promise<ImportResult> {
  const source = { path: await folder.write('more.csv', table.join('\n')) };
  const to = { dataset: first.folder, folder: folder.snapshots, part: 'test' } as const;
  const request: AppendRequest = { jobId: 'test', ...to, name: 'More', source, ...changes };
  return appendRows(request, { onProgress: () => undefined, signal });
}

it('rows are stored as the first ones were, in a new snapshot; what does not fit is listed', async () => {
  const second = await append(['class;size', 'b;100', 'c;3', ';4', 'a;?', 'a;many']);
  expect(second.hash).not.toBe(first.hash);
  expect(second.schema.rows).toEqual({ ...first.schema.rows, test: first.schema.rows.test + 2 });
  expect(second.skippedTotal).toBe(3);
  expect(second.skipped).toMatchObject([
    { code: 'APPEND_VALUE', where: 'row 2, column "class"', got: 'c', expected: 'one of a, b' },
    { code: 'APPEND_VALUE', where: 'row 3, column "class"', got: 'no value' },
    { code: 'APPEND_VALUE', where: 'row 5, column "size"', got: 'many', expected: 'a number' },
  ]);
  const snapshot = await openSnapshot(second.folder);
  const before = await openSnapshot(first.folder);
  const { test } = first.schema.rows;
  const [size, kind] = second.schema.columns;
  expect([...(await snapshot.read('test', 'size', 0, 99))]).toEqual([
    ...(await before.read('test', 'size', 0, 99)),
    100,
    Math.fround(size.statistics!.mean),
  ]);
  expect([...(await snapshot.read('test', 'class', test, 2))]).toEqual([1, 0]);
  expect([size.missing, size.normalisation]).toEqual([1, first.schema.columns[0].normalisation]);
  expect(kind.counts).toEqual([11, 11]);
  await Promise.all([snapshot.close(), before.close()]);
  const inode = async ({ folder: at }: ImportResult, part: 'train' | 'test') =>
    (await stat(join(at, shardFile(part, 0)))).ino;
  expect(await inode(second, 'train')).toBe(await inode(first, 'train'));
  expect(await inode(second, 'test')).not.toBe(await inode(first, 'test'));
  const record = JSON.parse(await readFile(join(second.folder, 'import.json'), 'utf8')) as object;
  expect(record).toMatchObject({
    appended: [{ to: first.hash, part: 'test', rows: { train: 0, validation: 0, test: 2 } }],
    skippedTotal: 3,
    targetless: 1,
  });
});

it.each([
  ['APPEND_COLUMN', ['size;kind', '1;a']],
  ['APPEND_NO_ROWS', ['size;class', '1;c']],
])('%s is told, and nothing is left', async (code, table) => {
  await expect(append(table)).rejects.toMatchObject({ code });
  expect(await readdir(folder.snapshots)).toEqual([first.hash]);
});

it('cancelled, it leaves nothing', async () => {
  await expect(append(['size;class', '1;a'], {}, AbortSignal.abort())).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  expect(await readdir(folder.snapshots)).toEqual([first.hash]);
});

it('rows may come in another format than the first ones', async () => {
  const path = await folder.write('more.jsonl', '{"class":"b","size":7}\n{"class":"a","size":8}\n');
  const second = await append([], { source: { path, format: 'jsonl' }, part: 'train' });
  expect(second.schema.rows.train).toBe(first.schema.rows.train + 2);
});

it('a file that is written to meanwhile is refused, and nothing is left', async () => {
  const path = await folder.write('more.csv', 'size;class\n1;a\n');
  let changed = false;
  const onProgress = () => {
    if (!changed) appendFileSync(path, '2;b\n');
    changed = true;
  };
  const to = { dataset: first.folder, folder: folder.snapshots, part: 'test', source: { path } } as const;
  const context = { onProgress, signal: new AbortController().signal };
  await expect(appendRows({ jobId: 'test', name: 'More', ...to }, context)).rejects.toMatchObject({
    code: 'SOURCE_CHANGED',
  });
  expect(await readdir(folder.snapshots)).toEqual([first.hash]);
});

describe('rows that are divided as the first ones were', () => {
  const shop = { name: 'shop', kind: 'identifier', role: 'group' } as const;
  const day = { name: 'day', kind: 'date', role: 'time' } as const;
  const fold = { name: 'fold', kind: 'identifier', role: 'split' } as const;
  const HEAD = 'n,shop,day,class,fold';
  const line = (n: number, of: number, date: number, named = '') =>
    `${n},s${of},2025-01-${String(date).padStart(2, '0')},${'ab'[n % 2]},${named}`;
  /** 40 rows of eight shops, on twenty days. */
  const LINES = Array.from({ length: 40 }, (_, n) => line(n, n % 8, 1 + Math.floor(n / 2)));

  async function grow(
    lines: readonly string[],
    { split = {}, columns, first: firsts = LINES }: Partial<ImportRequest> & { first?: readonly string[] },
  ): Promise<{ before: number[][]; after: number[][]; grown: ImportResult }> {
    const path = await folder.write('shops.csv', [HEAD, ...firsts].join('\n'));
    const all = {
      columns: [
        ...(columns?.includes(fold) ? [] : [{ ...fold, role: 'ignore' as const }]),
        ...(columns ?? []),
      ],
    };
    first = await folder.import(path, { split, ...all });
    const grown = await append([HEAD, ...lines], { part: 'as-before' });
    return { before: await numbers(first), after: await numbers(grown), grown };
  }

  async function numbers({ folder: at, schema }: ImportResult): Promise<number[][]> {
    const snapshot = await openSnapshot(at);
    const read = SPLITS.map(async (part) => [...(await snapshot.read(part, 'n', 0, schema.rows[part]))]);
    const parts = await Promise.all(read);
    await snapshot.close();
    return parts;
  }

  async function idsOf(at: string): Promise<Map<number, string>> {
    const snapshot = await openSnapshot(at);
    const names = new Map<number, string>();
    for (const part of SPLITS) {
      const rows = snapshot.schema.rows[part];
      const ids = (await snapshot.read(part, 'shop', 0, rows)) as Uint8Array;
      for (const [row, n] of (await snapshot.read(part, 'n', 0, rows)).entries())
        names.set(n, decodeText(ids.subarray((row * ids.length) / rows, ((row + 1) * ids.length) / rows)));
    }
    await snapshot.close();
    return names;
  }

  const MORE = Array.from({ length: 40 }, (_, at) => line(100 + at, at % 12, 21));

  it('at random: with the same shares, those that are there stay', async () => {
    const { before, after } = await grow(MORE, { split: { validation: 0.2, test: 0.1 }, columns: [shop] });
    for (const [part, rows] of before.entries()) expect(after[part].slice(0, rows.length)).toEqual(rows);
    const added = after.map((rows, part) => rows.length - before[part].length);
    expect(added).toEqual([28, 8, 4]);
  });

  it('by group: known groups stay together, new ones are divided', async () => {
    const { before, after } = await grow(MORE, {
      split: { by: 'group', validation: 0.25, test: 0.25 },
      columns: [shop],
    });
    const shopOf = (n: number) => (n < 100 ? n % 8 : (n - 100) % 12);
    const shops = after.map((rows) => new Set(rows.map(shopOf)));
    for (const [part, own] of shops.entries())
      for (const other of shops.slice(part + 1)) expect([...own].filter((of) => other.has(of))).toEqual([]);
    const ofNew = after.map((rows) => rows.filter((n) => shopOf(n) >= 8).length);
    expect(ofNew.every((count) => count > 0)).toBe(true);
    expect(after.flat()).toHaveLength(before.flat().length + MORE.length);
  });

  it('ids that are longer than the first ones have room', async () => {
    const id = { name: 'shop', kind: 'identifier', role: 'id' } as const;
    const long = 's'.repeat(300);
    const { after, grown } = await grow([line(100, 0, 1), `101,${long},2025-01-01,a,`], { columns: [id] });
    expect(after.flat()).toHaveLength(42);
    const names = await idsOf(grown.folder);
    expect(names.get(0)).toBe('s0');
    expect(names.get(100)).toBe('s0');
    expect(names.get(101)).toBe(long.slice(0, 256));
  });

  it('by time: the parts keep their places', async () => {
    const split = { by: 'time', validation: 0.2, test: 0.2 };
    const more = [line(100, 0, 2), line(101, 0, 14), line(102, 0, 20), line(103, 0, 31)];
    const { before, after } = await grow(more, { split, columns: [day] });
    expect(after.map((rows, part) => rows.slice(before[part].length))).toEqual([[100], [101], [102, 103]]);
  });

  it('as a column says, and what it leaves open like the others', async () => {
    const first = LINES.map((row, n) => row + ['train', 'test'][n % 2]);
    const more = [
      line(100, 0, 1, 'test'),
      line(101, 0, 1, 'Dev'),
      ...Array.from({ length: 10 }, (_, n) => line(110 + n, 0, 1)),
    ];
    const { before, after } = await grow(more, { columns: [fold], first });
    expect(before[2]).toHaveLength(20);
    const added = after.map((rows, part) => rows.slice(before[part].length));
    expect(added[2]).toEqual([100]);
    expect(added[1]).toContain(101);
    expect(added[1]).toHaveLength(3);
  });
});
