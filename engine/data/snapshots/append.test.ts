import { appendFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import type { AppendRequest } from '../../core/append.ts';
import type { ImportResult } from '../../core/import.ts';
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
    appended: [{ to: first.hash, part: 'test', rows: 2 }],
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
