import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { bindColumns } from '../../core/binding.ts';
import type { RowFilter } from '../../core/browse.ts';
import type { ColumnChoice, ImportResult } from '../../core/import.ts';
import { appendRows } from './append.ts';
import { loadRows } from './batches.ts';
import { Browser } from './browse.ts';
import { maskFile } from './missing-mask.ts';
import { reviseDataset } from './revise.ts';
import { openSnapshot, SCHEMA_FILE } from './snapshot.ts';
import { statisticsOf } from './statistics.ts';

const ROWS = 20;
const split = { validation: 0.3, test: 0, seed: 1, stratify: false };
const context = { onProgress: () => undefined, signal: new AbortController().signal };
/** Every third size and every fifth class is missing, no weight is. */
const table = [
  'size;class;weight',
  ...Array.from({ length: ROWS }, (_, at) => {
    const size = at % 3 === 0 ? '' : String(at);
    return [size, at % 5 === 0 ? '' : 'ab'[at % 2], at].join(';');
  }),
];
const sizeMissing = (weight: number): boolean => weight % 3 === 0;

let folder: ImportFolder;
let first: ImportResult;
const importTable = async (columns: readonly ColumnChoice[] = []): Promise<ImportResult> =>
  folder.import(await folder.write('table.csv', table.join('\n')), { columns, split });
beforeEach(async () => {
  folder = await ImportFolder.create();
  first = await importTable([
    { name: 'size', kind: 'number', role: 'input' },
    { name: 'class', kind: 'category', role: 'input' },
    { name: 'weight', kind: 'number', role: 'input' },
  ]);
});
afterEach(() => folder.remove());

/** Of a part, the marks of a column beside the weights of its rows. */
async function marks({ folder: at }: ImportResult, part: 'train' | 'validation' | 'test', column: string) {
  const snapshot = await openSnapshot(at);
  try {
    const weights = await snapshot.read(part, 'weight', 0, ROWS);
    const missing = await snapshot.readMissing(part, column, 0, ROWS);
    // Any range of rows says the same.
    for (let row = 0; row < missing.length; row++)
      expect([...(await snapshot.readMissing(part, column, row, 3))]).toEqual([
        ...missing.subarray(row, row + 3),
      ]);
    return [...weights].map((weight, at) => ({ weight, missing: missing[at] === 1 }));
  } finally {
    await snapshot.close();
  }
}

it('a data set keeps which values were missing, in every part, where there are some', async () => {
  const { columns, rows } = first.schema;
  expect(columns.map(({ missing, missingMask }) => [missing, missingMask])).toEqual([
    [7, true],
    [4, true],
    [0, undefined],
  ]);
  for (const part of ['train', 'validation'] as const) {
    const told = await marks(first, part, 'size');
    expect(told).toHaveLength(rows[part]);
    for (const { weight, missing } of told) expect(missing).toBe(sizeMissing(weight));
  }
  await expect(stat(join(first.folder, maskFile('train', 2)))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('they are shown as filled in, found by filters and counted by part', async () => {
  const browse = (filters: readonly RowFilter[]) =>
    new Browser().browse(
      {
        jobId: 'test',
        dataset: first.folder,
        split: 'train',
        columns: ['size', 'weight'],
        filters,
        start: 0,
        count: ROWS,
        size: 1,
      },
      context,
    );
  const all = (await browse([])).rows.map(({ values: [size, weight] }) => [size, weight] as const);
  for (const [size, weight] of all)
    expect(size.missing ?? false).toBe(weight.form === 'number' && sizeMissing(weight.value));
  const missing = await browse([{ column: 'size', missing: true }]);
  expect(missing.total).toBe(all.filter(([size]) => size.missing).length);
  const both = await browse([
    { column: 'size', missing: false },
    { column: 'class', missing: true },
  ]);
  expect(both.rows.map(({ values }) => values[1])).toEqual(
    all.flatMap(([, weight]) =>
      weight.form === 'number' && weight.value % 5 === 0 && !sizeMissing(weight.value) ? [weight] : [],
    ),
  );
  const { columns } = await statisticsOf(first.folder, context);
  const { train, validation } = columns[0].missing!;
  expect([train + validation, train]).toEqual([7, missing.total]);
  expect(columns[2].missing).toBeUndefined();
});

it('an edited data set shares them, and rows that are appended go on with them', async () => {
  const to = { jobId: 'test', folder: folder.snapshots, dataset: first.folder, name: 'More' };
  const revised = await reviseDataset({ ...to, columns: [{ column: 'class', role: 'target' }] }, context);
  expect(await marks(revised, 'train', 'size')).toEqual(await marks(first, 'train', 'size'));
  const [a, b] = await Promise.all(
    [first, revised].map((made) => stat(join(made.folder, maskFile('train', 0)))),
  );
  expect(b.ino).toBe(a.ino);

  const more = await folder.write('more.csv', 'size;class;weight\n;a;100\n5;a;101\n6;;\n');
  const appended = await appendRows({ ...to, part: 'validation', source: { path: more } }, context);
  expect(appended.schema.columns.map(({ missing, missingMask }) => [missing, missingMask])).toEqual([
    [8, true],
    [5, true],
    [1, true],
  ]);
  const before = await marks(first, 'validation', 'size');
  const told = await marks(appended, 'validation', 'size');
  expect(told.slice(0, before.length)).toEqual(before);
  expect(told.slice(before.length).map(({ missing }) => missing)).toEqual([true, false, false]);
  const weights = await marks(appended, 'validation', 'weight');
  expect(weights.map(({ missing }) => missing)).toEqual(weights.map((_, at) => at === weights.length - 1));
  expect((await marks(appended, 'train', 'weight')).every(({ missing }) => !missing)).toBe(true);
});

it('data sets of before, which only count them, are read and appended to', async () => {
  const columns = first.schema.columns.map(({ missingMask: _, ...column }) => column);
  await writeFile(join(first.folder, SCHEMA_FILE), JSON.stringify({ ...first.schema, columns }));
  for (const part of ['train', 'validation', 'test'] as const)
    for (const number of [0, 1]) await rm(join(first.folder, maskFile(part, number)));
  const more = await folder.write('more.csv', 'size;class;weight\n;a;100\n');
  const to = { dataset: first.folder, folder: folder.snapshots, source: { path: more }, name: 'More' };
  const appended = await appendRows({ jobId: 'test', part: 'train', ...to }, context);
  expect(appended.schema.columns.map(({ missing, missingMask }) => [missing, missingMask])).toEqual([
    [8, undefined],
    [4, undefined],
    [0, undefined],
  ]);
  expect((await marks(appended, 'train', 'size')).every(({ missing }) => !missing)).toBe(true);
});

it('a model is told of them where a column says so, beside the value', async () => {
  const told = { indicator: true };
  const { schema, folder: at } = await importTable([
    { name: 'size', kind: 'number', role: 'input', options: told },
    { name: 'class', kind: 'category', role: 'input', options: told },
    { name: 'weight', kind: 'number', role: 'input', options: told },
  ]);
  const binding = bindColumns(schema, [], 'input');
  // size, is missing, a, b, is missing, weight: in which nothing is.
  expect(binding.shape).toEqual([6]);
  const [size, weight] = [schema.columns[0], schema.columns[2]];
  expect(binding.affine).toEqual({
    offset: [size.normalisation!.offset[0], 0, 0, 0, 0, weight.normalisation!.offset[0]],
    scale: [size.normalisation!.scale[0], 1, 1, 1, 1, weight.normalisation!.scale[0]],
  });
  const snapshot = await openSnapshot(at);
  const rows = await loadRows(snapshot, 'train', binding, 0, ROWS);
  await snapshot.close();
  for (let row = 0; row < rows.length; row += 6) {
    const number = rows[row + 5];
    expect([rows[row + 1], rows[row + 4]]).toEqual([Number(sizeMissing(number)), Number(number % 5 === 0)]);
    expect(rows[row + 2] + rows[row + 3]).toBe(1);
  }
  expect(bindColumns(schema, ['class'], 'input', 'indices').shape).toEqual([]);
});
