import { appendFileSync, truncateSync } from 'node:fs';
import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../tests/harness/import.ts';
import { bindColumns } from '../core/binding.ts';
import { SPLITS, type DatasetSchema } from '../core/dataset.ts';
import type { ColumnChoice, MissingPolicy } from '../core/import.ts';
import { decodeText } from '../core/kept-text.ts';
import { loadRows } from './snapshots/batches.ts';
import { openSnapshot } from './snapshots/snapshot.ts';

let folder: ImportFolder;
let path: string;
beforeEach(async () => {
  folder = await ImportFolder.create();
  // 100 rows; every fourth is of class "rare". The number of a row is its `size`, so that rows can be followed.
  const rows = Array.from(
    { length: 100 },
    (_, at) => `${at},${['s', 'm', 'l'][at % 3]},${at % 4 ? 'often' : 'rare'}`,
  );
  path = await folder.write('table.csv', ['size,shirt,class', ...rows].join('\n'));
});
afterEach(() => folder.remove());

async function valuesOf(made: string, { rows }: DatasetSchema, column: string) {
  const snapshot = await openSnapshot(made);
  const read = async (split: 'train' | 'validation' | 'test') =>
    Array.from(await snapshot.read(split, column, 0, rows[split]));
  const values = {
    train: await read('train'),
    validation: await read('validation'),
    test: await read('test'),
  };
  await snapshot.close();
  return values;
}

describe('the parts of a data set', () => {
  it('hold every row once', async () => {
    const { folder: made, schema } = await folder.import(path);
    const { train, validation, test } = await valuesOf(made, schema, 'size');
    expect([train.length, validation.length, test.length]).toEqual([60, 20, 20]);
    expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, at) => at),
    );
  });

  it('have the classes in equal shares where that is wanted', async () => {
    const { folder: made, schema } = await folder.import(path);
    const rare = schema.columns[2].classes!.indexOf('rare');
    const values = await valuesOf(made, schema, 'class');
    const share = (codes: number[]) => codes.filter((code) => code === rare).length;
    expect([share(values.train), share(values.validation), share(values.test)]).toEqual([15, 5, 5]);
  });

  it('depend on the seed and on nothing else', async () => {
    const split = { validation: 0.2, test: 0.2, stratify: true };
    const first = await folder.import(path, { split: { ...split, seed: 1 } });
    const again = await folder.import(path, { split: { ...split, seed: 1 } });
    const other = await folder.import(path, { split: { ...split, seed: 2 } });
    expect(again.hash).toBe(first.hash);
    expect(other.hash).not.toBe(first.hash);
    expect((await readdir(folder.snapshots)).sort()).toEqual([first.hash, other.hash].sort());
  });
});

describe('normalisation', () => {
  it('is fitted on the training part alone', async () => {
    const { folder: made, schema } = await folder.import(path);
    const { train } = await valuesOf(made, schema, 'size');
    const mean = train.reduce((a, b) => a + b) / train.length;
    const deviation = Math.sqrt(train.reduce((sum, value) => sum + (value - mean) ** 2, 0) / train.length);
    const { statistics, normalisation } = schema.columns[0];
    expect(statistics?.mean).toBeCloseTo(mean, 10);
    expect(statistics?.standardDeviation).toBeCloseTo(deviation, 10);
    expect(normalisation?.offset[0]).toBeCloseTo(mean, 10);
    expect(normalisation?.scale[0]).toBeCloseTo(1 / deviation, 10);
  });

  it('of a value that never changes does not divide by zero', async () => {
    const same = await folder.write('same.csv', 'a,class\n7,x\n7,y\n7,x\n7,y\n');
    const { schema } = await folder.import(same);
    expect(schema.columns[0].normalisation).toEqual({ offset: [7], scale: [1] });
  });
});

describe('missing values', () => {
  const TABLE = 'a,colour,class\n1,red,x\n3,red,y\n,blue,x\n5,,y\n4,red,\n';
  const split = { validation: 0, test: 0, seed: 1, stratify: false };
  const columns = [{ name: 'colour', kind: 'category', role: 'input' }] as const;

  it('are filled with the mean or the most frequent class; a row without its target is left out', async () => {
    const table = await folder.write('missing.csv', TABLE);
    const { folder: made, schema, skipped } = await folder.import(table, { split, columns });
    expect((await valuesOf(made, schema, 'a')).train).toEqual([1, 3, 3, 5]);
    const { classes, missing } = schema.columns[1];
    expect((await valuesOf(made, schema, 'colour')).train.map((code) => classes![code])).toEqual([
      'red',
      'red',
      'blue',
      'red',
    ]);
    expect([schema.columns[0].missing, missing]).toEqual([1, 1]);
    expect(skipped).toMatchObject([{ code: 'CELL_MISSING', where: 'row 5, column "class"' }]);
  });

  it('can leave their rows out, with the classes that only those have', async () => {
    const table = await folder.write('missing.csv', TABLE);
    const { schema, skippedTotal } = await folder.import(table, { split, columns, missing: 'drop-row' });
    expect(schema.rows.train).toBe(2);
    expect(schema.columns[1].classes).toEqual(['red']);
    expect(skippedTotal).toBe(3);
  });

  it('can end the import', async () => {
    const table = await folder.write('missing.csv', TABLE);
    expect(await folder.refusal(table, { split, columns, missing: 'error' })).toMatchObject({
      code: 'CELL_MISSING',
      where: 'row 3, column "a"',
    });
  });

  it.each(['number', 'category'] as const)('in every row of a %s end the import', async (kind) => {
    const table = await folder.write('none.csv', 'a,gone,class\n1,,x\n2,,y\n3,,x\n');
    expect(await folder.refusal(table, { columns: [{ name: 'gone', kind, role: 'input' }] })).toMatchObject({
      code: 'COLUMN_EMPTY',
      where: 'column "gone"',
    });
  });
});

describe('cleaning of a column', () => {
  const split = { validation: 0, test: 0 };
  const ROWS = [1, 2, '', 4, 1000].map((a, at) => `${a},${['r', 'r', '', 'g', 'b'][at]},${'xy'[at % 2]}`);
  const read = async (choice: ColumnChoice, missing: MissingPolicy = 'fill') => {
    const table = await folder.write('clean.csv', ['a,colour,class', ...ROWS].join('\n'));
    const other = choice.name === 'a' ? 'colour' : 'a';
    const columns = [choice, { name: other, kind: 'category', role: 'ignore' } as const];
    const { folder: made, schema } = await folder.import(table, { split, columns, missing });
    const values = (await valuesOf(made, schema, choice.name)).train;
    return { values, column: schema.columns[0] };
  };
  const a = (options: ColumnChoice['options']): ColumnChoice => ({
    name: 'a',
    kind: 'number',
    role: 'input',
    options,
  });
  const colour = (options: ColumnChoice['options']): ColumnChoice => ({
    name: 'colour',
    kind: 'category',
    role: 'input',
    options,
  });

  it('fills missing numbers with their median or a constant, or leaves such rows out', async () => {
    expect((await read(a({ missing: 'median' }))).values).toEqual([1, 2, 3, 4, 1000]);
    expect((await read(a({ missing: 'constant', constant: -1 }))).values).toEqual([1, 2, -1, 4, 1000]);
    expect((await read(a({ missing: 'drop-row' }))).values).toEqual([1, 2, 4, 1000]);
    expect((await read(a({ missing: 'mean' }), 'error')).values[2]).toBeCloseTo(251.75, 4);
  });

  it('scales numbers by their range, their quartiles, or their logarithm', async () => {
    const scalingOf = async (scaling: string) => (await read(a({ scaling }))).column.normalisation;
    expect(await scalingOf('minmax')).toEqual({ offset: [1], scale: [1 / 999] });
    // numpy.percentile([1, 2, 4, 1000], [25, 50, 75]): 1.75, 3, 253.
    expect(await scalingOf('robust')).toEqual({ offset: [3], scale: [1 / 251.25] });
    expect(await scalingOf('none')).toBeUndefined();
    const logarithms = [1, 2, 4, 1000].map(Math.log1p);
    const mean = logarithms.reduce((x, y) => x + y) / 4;
    const log = await scalingOf('log1p');
    expect(log?.log1p).toEqual([true]);
    expect(log?.offset[0]).toBeCloseTo(mean, 12);
    await expect(read(a({ scaling: 'log1p', missing: 'constant', constant: 0 }))).resolves.toBeDefined();
    const below = await folder.write('below.csv', 'a,class\n-1,x\n3,y\n');
    await expect(folder.import(below, { split, columns: [a({ scaling: 'log1p' })] })).rejects.toMatchObject({
      code: 'SCALING_LOGARITHM',
    });
  });

  it('joins rare classes, and makes a class of what is missing', async () => {
    const names = async (options: ColumnChoice['options']) => {
      const { values, column } = await read(colour(options));
      return { column, names: values.map((index) => column.classes![index]) };
    };
    const joined = await names({ fewest: 2 });
    expect(joined.names).toEqual(['r', 'r', 'r', '(other)', '(other)']);
    expect(joined.column).toMatchObject({ classes: ['r', '(other)'], counts: [2, 2], other: 1, missing: 1 });
    expect((await names({ most: 1, missing: 'class' })).names).toEqual([
      'r',
      'r',
      '(other)',
      '(other)',
      '(other)',
    ]);
    expect((await names({ missing: 'class' })).names).toEqual(['r', 'r', '(missing)', 'g', 'b']);
  });
});

describe('roles', () => {
  const TABLE =
    'key,shop,day,n,count,class\nä1,north,3/1/2025,5,3,x\nb2,south,2/1/2025,6,1,y\nc3,,1/1/2025,7,2,x\n';
  const split = { validation: 0, test: 0, seed: 1, stratify: false };
  const columns = [
    { name: 'key', kind: 'category', role: 'id' },
    { name: 'shop', kind: 'category', role: 'group' },
    { name: 'day', kind: 'category', role: 'time' },
    { name: 'count', kind: 'number', role: 'weight' },
  ] as const;

  it('keep ids, groups and times as they are written, for no model to see', async () => {
    const table = await folder.write('roles.csv', TABLE);
    const { folder: made, schema } = await folder.import(table, { split, columns });
    const snapshot = await openSnapshot(made);
    const kept = async (name: string, width: number) => {
      const bytes = (await snapshot.read('train', name, 0, 3)) as Uint8Array;
      return [0, 1, 2].map((row) => decodeText(bytes.subarray(row * width, (row + 1) * width)));
    };
    expect(await kept('key', 3)).toEqual(['ä1', 'b2', 'c3']);
    expect(await kept('shop', 5)).toEqual(['north', 'south', '']);
    expect(await kept('day', 8)).toEqual(['3/1/2025', '2/1/2025', '1/1/2025']);
    await snapshot.close();
    expect(schema.columns.map(({ kind }) => kind)).toEqual([
      'identifier',
      'identifier',
      'date',
      'number',
      'number',
      'category',
    ]);
    expect(bindColumns(schema, [], 'input').columns.map(({ name }) => name)).toEqual(['n']);
    expect(() => bindColumns(schema, ['day'], 'input')).toThrow(/has the role time/);
  });

  it('of weights are 1 on average', async () => {
    const table = await folder.write('roles.csv', TABLE);
    const { schema } = await folder.import(table, { split, columns });
    expect(bindColumns(schema, [], 'weight').affine).toEqual({ offset: [0], scale: [0.5] });
    const negative = await folder.write('negative.csv', TABLE.replace(',3,x', ',-3,x'));
    const { skipped } = await folder.import(negative, { split, columns });
    expect(skipped).toMatchObject([{ code: 'CELL_TYPE', expected: 'a number of at least 0' }]);
  });

  it('of weights ask for one that counts', async () => {
    const zero = await folder.write('zero.csv', 'n,count,class\n1,0,x\n2,0,y\n');
    expect(await folder.refusal(zero, { split, columns: columns.slice(3) })).toMatchObject({
      code: 'WEIGHTS_ZERO',
    });
  });

  it('of time and weight belong to one column', async () => {
    const table = await folder.write('roles.csv', TABLE);
    const weights = (['n', 'count'] as const).map(
      (name) => ({ name, kind: 'number', role: 'weight' }) as const,
    );
    expect(await folder.refusal(table, { columns: weights })).toMatchObject({
      code: 'COLUMNS_ONE',
      got: 'n, count',
    });
  });
});

describe('an import that does not end well', () => {
  it.each(['Reading rows', 'Writing class'])(
    'leaves nothing behind when it is cancelled at "%s"',
    async (stage) => {
      const abort = new AbortController();
      const problem = await folder.refusal(
        path,
        {},
        {
          signal: abort.signal,
          onProgress: (progress) => {
            if (progress.stage === stage) abort.abort();
          },
        },
      );
      // Cancelled during the last batch of rows: noticed before the first column is written.
      expect(problem).toMatchObject({ code: 'CANCELLED' });
    },
  );

  it('says which column is meant', async () => {
    const columns = [{ name: 'colour', kind: 'category', role: 'input' }] as const;
    expect(await folder.refusal(path, { columns })).toMatchObject({
      code: 'COLUMN_UNKNOWN',
      got: 'colour',
      expected: 'size, shirt, class',
    });
  });
});

describe('a snapshot', () => {
  it('that was cut or deleted is recognised', async () => {
    const { folder: made } = await folder.import(path);
    const shard = join(made, 'train', '0.bin');
    await truncate(shard, 8);
    await expect(openSnapshot(made)).rejects.toMatchObject({
      problem: { code: 'SNAPSHOT_DAMAGED', where: shard, got: '8 bytes', expected: '240 bytes' },
    });
    await rm(made, { recursive: true });
    await expect(openSnapshot(made)).rejects.toMatchObject({ code: 'SNAPSHOT_MISSING' });
  });

  it('gives a model its columns side by side, categories as one-hot', async () => {
    const { folder: made, schema } = await folder.import(path);
    const snapshot = await openSnapshot(made);
    const binding = bindColumns(schema, [], 'input');
    const sizes = await snapshot.read('test', 'size', 3, 2);
    const rows = await loadRows(snapshot, 'test', binding, 3, 2);
    await snapshot.close();
    expect(schema.columns[1].classes).toEqual(['l', 'm', 's']);
    expect(binding.shape).toEqual([4]);
    const oneHot = (size: number) =>
      [
        [0, 0, 1],
        [0, 1, 0],
        [1, 0, 0],
      ][size % 3];
    expect(Array.from(rows)).toEqual([sizes[0], ...oneHot(sizes[0]), sizes[1], ...oneHot(sizes[1])]);
    expect(binding.affine?.offset.slice(1)).toEqual([0, 0, 0]);
  });

  it('gives a model numbers as indices, and refuses those that are none', async () => {
    const table = await folder.write('tokens.csv', 'a,b,class\n0,3,x\n2,1,y\n1,1.5,x\n');
    const kinds = (['a', 'b'] as const).map((name) => ({ name, kind: 'number', role: 'input' }) as const);
    const { folder: made, schema } = await folder.import(table, {
      columns: kinds,
      split: { validation: 0, test: 0, seed: 0, stratify: false },
    });
    const snapshot = await openSnapshot(made);
    const a = bindColumns(schema, ['a'], 'input', 'indices');
    const rows = await loadRows(snapshot, 'train', a, 0, 3);
    const both = loadRows(snapshot, 'train', bindColumns(schema, ['a', 'b'], 'input', 'indices'), 0, 3);
    await expect(both).rejects.toMatchObject({ problem: { code: 'DATA_NOT_AN_INDEX', got: '1.5' } });
    await snapshot.close();
    expect(rows).toBeInstanceOf(Int32Array);
    expect(a).toMatchObject({ shape: [], vocabulary: 3 });
    expect([...rows].sort()).toEqual([0, 1, 2]);
  });
});

describe('a file that changes while it is read', () => {
  it.each([
    ['grows', (path: string) => appendFileSync(path, '100,l,rare\n')],
    ['is cut', (path: string) => truncateSync(path, 100)],
  ])('and %s is refused, and nothing is kept', async (_, change) => {
    const problem = await folder.refusal(path, {}, { onProgress: () => change(path) });
    expect(problem).toMatchObject({ code: 'SOURCE_CHANGED', where: path });
  });
});

describe.skipIf(process.platform !== 'linux')('a table with more columns than a system opens files', () => {
  it('is imported and read with a few hundred of them open', async () => {
    const names = Array.from({ length: 600 }, (_, at) => `c${at}`);
    const line = (row: number) => names.map((_, at) => row * at + 0.5).join();
    const wide = await folder.write(
      'wide.csv',
      [names.join(), line(1), line(2), line(3), line(4)].join('\n'),
    );
    const openFiles = async () => (await readdir('/proc/self/fd')).length;
    const before = await openFiles();
    let most = 0;
    const count = async () => (most = Math.max(most, await openFiles()));
    const counting: Promise<number>[] = [];
    const made = await folder.import(wide, {}, { onProgress: () => void counting.push(count()) });
    await Promise.all(counting);
    const snapshot = await openSnapshot(made.folder);
    for (const { name } of made.schema.columns) {
      const values = [];
      for (const split of SPLITS) values.push(...(await snapshot.read(split, name, 0, 4)));
      expect(values.sort((a, b) => a - b)).toEqual(
        [1, 2, 3, 4].map((row) => row * Number(name.slice(1)) + 0.5),
      );
    }
    await count();
    await snapshot.close();
    expect(most - before).toBeLessThan(400);
    expect(await openFiles()).toBe(before);
  });
});
