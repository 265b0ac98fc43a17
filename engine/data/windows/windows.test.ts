import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import type { Split } from '../../core/dataset.ts';
import type { ColumnChoice, ImportResult, WindowChoice } from '../../core/import.ts';
import { size } from '../../core/shape.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const day = (at: number): string => new Date(Date.UTC(2024, 0, 1 + at)).toISOString().slice(0, 10);
const split = { validation: 0.2, test: 0.2, seed: 1, stratify: true };
const windows: WindowChoice = { time: 'when', length: 3, horizon: 1, stride: 1 };
const sold: ColumnChoice = { name: 'sold', kind: 'number', role: 'target' };

/** A table of days with these values. */
const table = (...rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.join(',')).join('\n');
const counting = (rows: number): string =>
  table(['when', 'heat', 'sold'], ...Array.from({ length: rows }, (_, at) => [day(at), at + 0.5, 10 * at]));

async function importTable(text: string, choice: Partial<WindowChoice> = {}, columns = [sold]) {
  const path = await folder.write('series.csv', text);
  return folder.import(path, { windows: { ...windows, ...choice }, columns, split });
}

/** Rows of a column of a part. */
async function read({ folder: at, schema }: ImportResult, split: Split, name: string): Promise<number[][]> {
  const snapshot = await openSnapshot(at);
  const values = [...(await snapshot.read(split, name, 0, schema.rows[split]))];
  await snapshot.close();
  const width = size(schema.columns.find((column) => column.name === name)!.shape);
  return Array.from({ length: values.length / width }, (_, row) =>
    values.slice(row * width, (row + 1) * width),
  );
}

describe('windows', () => {
  it('are the past steps of the inputs and of the target itself, and the next of the target', async () => {
    const result = await importTable(counting(20));
    expect(result.schema).toMatchObject({
      rows: { train: 9, validation: 1, test: 1 },
      windows: { ...windows, time: { name: 'when', kind: 'date' }, step: 'a day' },
    });
    expect(result.schema.columns.map(({ name, role, shape }) => [name, role, shape])).toEqual([
      ['when', 'time', [10]],
      ['heat', 'input', [3, 1]],
      ['sold', 'input', [3, 1]],
      ['next sold', 'target', []],
    ]);
    expect((await read(result, 'train', 'heat'))[1]).toEqual([1.5, 2.5, 3.5]);
    expect((await read(result, 'train', 'sold'))[1]).toEqual([10, 20, 30]);
    expect((await read(result, 'train', 'next sold'))[1]).toEqual([40]);
    expect(await read(result, 'test', 'sold')).toEqual([[160, 170, 180]]);
    expect(result.warnings).toEqual([]);
  });

  it('may predict several steps, and begin some steps apart', async () => {
    const result = await importTable(counting(30), { length: 4, horizon: 3, stride: 5 });
    const next = result.schema.columns.find(({ name }) => name === 'next sold')!;
    expect(next).toMatchObject({ shape: [3], scaling: { offset: [85, 85, 85] } });
    expect(await read(result, 'train', 'sold')).toEqual([
      [0, 10, 20, 30],
      [50, 60, 70, 80],
      [100, 110, 120, 130],
    ]);
    expect((await read(result, 'train', 'next sold'))[1]).toEqual([90, 100, 110]);
  });

  it('are scaled by the training part, the target like its own past', async () => {
    const { schema } = await importTable(counting(20));
    const [past, next] = ['sold', 'next sold'].map((name) => schema.columns.find((c) => c.name === name)!);
    // The first 12 of 20 days are for training: 0, 10 … 110.
    expect(past.normalisation).toEqual({ offset: [55], scale: [expect.closeTo(1 / 34.52, 4)] });
    expect(next.scaling).toEqual(past.normalisation);
    expect(next.statistics?.mean).toBe(55);
  });

  it('are in the order of time, whatever that of the rows, and their times are kept', async () => {
    const lines = counting(20).split('\n');
    const result = await importTable([lines[0], ...lines.slice(1).toReversed()].join('\n'));
    expect(await read(result, 'train', 'sold')).toEqual(
      await read(await importTable(counting(20)), 'train', 'sold'),
    );
    expect(result.warnings).toMatchObject([{ code: 'WINDOW_SORTED' }]);
    expect(String.fromCharCode(...(await read(result, 'train', 'when'))[0])).toBe(day(3));
  });

  it('keep to one group each', async () => {
    const rows = Array.from({ length: 20 }, (_, at) =>
      ['a', 'b'].map((shop, of) => [day(at), shop, 100 * of + at]),
    );
    const text = table(['when', 'shop', 'sold'], ...rows.flat());
    const result = await importTable(text, { group: 'shop', length: 2 });
    expect(result.schema.rows).toEqual({ train: 20, validation: 4, test: 4 });
    const past = await read(result, 'train', 'sold');
    expect(past.filter(([first, second]) => second !== first + 1)).toEqual([]);
    const ignored = { name: 'shop', kind: 'category', role: 'ignore' } as const;
    await expect(importTable(text, {}, [sold, ignored])).rejects.toMatchObject({
      code: 'WINDOW_TIMES_REPEAT',
    });
  });

  it('take the value before for one that is missing, and none is predicted that is not there', async () => {
    const values = [0, 1, '', 3, 4, 5, 6, 7, 8, 9];
    const text = table(['when', 'heat', 'sold'], ...values.map((value, at) => [day(at), value, value]));
    const path = await folder.write('gaps.csv', text);
    const none = { ...split, validation: 0, test: 0 };
    const result = await folder.import(path, {
      windows: { ...windows, length: 2 },
      columns: [sold],
      split: none,
    });
    expect((await read(result, 'train', 'heat')).slice(0, 3)).toEqual([
      [1, 1],
      [1, 3],
      [3, 4],
    ]);
    expect((await read(result, 'train', 'next sold')).flat()).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });

  it('put missing numbers on a line, as far as the window reaches', async () => {
    const values = [0, 1, '', '', 7, 8, 9];
    const text = table(['when', 'heat', 'sold'], ...values.map((value, at) => [day(at), value, value]));
    const result = await folder.import(await folder.write('gaps.csv', text), {
      windows: { ...windows, length: 4, fill: 'linear' },
      columns: [sold],
      split: { validation: 0, test: 0 },
    });
    expect(result.warnings.map(({ message }) => message)).toContain(
      'Of 7 steps of "heat" 2 have no value, at most 2 in a row. They were filled in with a line between their neighbours.',
    );
    // The first window does not know of the 7, which it is to predict; the others have it, and 3 and 5 before it.
    expect(await read(result, 'train', 'next sold')).toEqual([[7], [8], [9]]);
    for (const name of ['heat', 'sold'])
      expect(await read(result, 'train', name)).toEqual([
        [0, 1, 1, 1],
        [1, 3, 5, 7],
        [3, 5, 7, 8],
      ]);
  });

  it('of the training part depend on nothing behind it', async () => {
    // 50 days of two shops: 30 to train on, 10 to validate, 10 for the test. A gap runs across the first border.
    const rows = (later: number) =>
      Array.from({ length: 100 }, (_, at) => {
        const [at2, shop] = [Math.floor(at / 2), 'ab'[at % 2]];
        const heat = at2 > 27 && at2 < 32 ? '' : at2 + (at2 < 30 ? 0 : later);
        return [day(at2), shop, heat, 3 * at2 + (at2 < 30 ? 0 : later)];
      });
    const imported = async (later: number, name: string) =>
      folder.import(await folder.write(name, table(['when', 'shop', 'heat', 'sold'], ...rows(later))), {
        windows: { ...windows, group: 'shop', horizon: 2, ahead: ['when', 'heat'], fill: 'linear' },
        columns: [sold],
        split,
      });
    const [one, other] = [await imported(0, 'one.csv'), await imported(1000, 'other.csv')];
    expect(one.schema.rows).toEqual({ train: 52, validation: 12, test: 12 });
    for (const { name } of one.schema.columns)
      expect(await read(one, 'train', name), name).toEqual(await read(other, 'train', name));
    const scales = ({ schema }: ImportResult) =>
      schema.columns.map(({ normalisation, scaling, date }) => [normalisation, scaling, date]);
    expect(scales(one)).toEqual(scales(other));
    expect(await read(one, 'test', 'sold')).not.toEqual(await read(other, 'test', 'sold'));
  });

  it('hold what is known ahead over the horizon, with the dates', async () => {
    const options = { elapsed: true, weekday: false, month: false };
    const date: ColumnChoice = { name: 'when', kind: 'date', role: 'time', options };
    const result = await folder.import(await folder.write('series.csv', counting(11)), {
      windows: { ...windows, horizon: 2, ahead: ['when', 'heat'] },
      columns: [date, sold],
      split: { validation: 0, test: 0 },
    });
    const { columns, rows } = result.schema;
    expect(columns.map(({ name, role, shape, follows }) => [name, role, shape, follows])).toEqual([
      ['when', 'input', [3, 1], undefined],
      ['when ahead', 'input', [2, 1], 'when'],
      ['heat', 'input', [3, 1], undefined],
      ['heat ahead', 'input', [2, 1], 'heat'],
      ['sold', 'input', [3, 1], undefined],
      ['next sold', 'target', [2], 'sold'],
    ]);
    expect(result.schema.windows).toMatchObject({ every: { unit: 'millisecond', count: 86_400_000 } });
    expect(rows.train).toBe(7);
    // The second window sees the days 1, 2 and 3 of 0 to 10; those to predict are 4 and 5.
    const second = async (name: string) =>
      (await read(result, 'train', name))[1].map((value) => Number(value.toFixed(5)));
    expect(await second('heat')).toEqual([1.5, 2.5, 3.5]);
    expect(await second('heat ahead')).toEqual([4.5, 5.5]);
    expect(await second('when')).toEqual([0.1, 0.2, 0.3]);
    expect(await second('when ahead')).toEqual([0.4, 0.5]);
    expect(await second('next sold')).toEqual([40, 50]);
    expect(columns[3].normalisation).toEqual(columns[2].normalisation);
  });

  it('tell of times that are missing or there twice', async () => {
    const lines = counting(40).split('\n');
    const text = [...lines.slice(0, 6), lines[5], ...lines.slice(6, 10), ...lines.slice(12)].join('\n');
    const { warnings, skipped } = await importTable(text);
    expect(warnings).toMatchObject([
      { code: 'WINDOW_GAPS', message: 'Not all steps are equally long: 1 of 37 are not a day.' },
    ]);
    expect(skipped).toMatchObject([{ code: 'WINDOW_ROW_REPEATED', where: 'row 6, column "when"' }]);
  });

  it.each([
    [undefined, [3, 4, 7, 8, 9, 10, 14, 15, 16, 17]],
    [2, [3, 4, 7, 8, 9, 10, 17]],
    [1, [3, 4, 10, 17]],
  ])('with at most %s steps missing are cut at wider gaps', async (maxGap, next) => {
    // Two days are missing before day 7, three before day 14.
    const days = [0, 1, 2, 3, 4, 7, 8, 9, 10, 14, 15, 16, 17];
    const text = table(['when', 'heat', 'sold'], ...days.map((at) => [day(at), at === 14 ? '' : at, at]));
    const path = await folder.write('wide.csv', text);
    const none = { ...split, validation: 0, test: 0 };
    const choice = { ...windows, ...(maxGap !== undefined && { maxGap }) };
    const result = await folder.import(path, { windows: choice, columns: [sold], split: none });
    expect((await read(result, 'train', 'next sold')).flat()).toEqual(next);
    // Day 14 has no heat: what came before it is carried on, but not across a gap that is too wide.
    const [first] = (await read(result, 'train', 'heat')).at(-1)!;
    const mean = (0 + 1 + 2 + 3 + 4 + 7 + 8 + 9 + 10 + 15 + 16 + 17) / 12;
    expect(first).toBeCloseTo(maxGap === undefined ? 10 : mean, 5);
  });

  it('may hold the features of their dates', async () => {
    const options = { elapsed: false, hour: false, weekday: true, month: false };
    const when: ColumnChoice = { name: 'when', kind: 'date', role: 'input', options };
    const result = await importTable(counting(20), {}, [when, sold]);
    expect(result.schema.columns[0]).toMatchObject({ name: 'when', role: 'input', shape: [3, 2] });
    // 1 January 2024 was a Monday, at the top of the circle.
    const circle = [0, 1, 0.78183148, 0.6234898, 0.97492791, -0.22252093];
    const [first] = await read(result, 'train', 'when');
    expect(first).toEqual(circle.map((value) => expect.closeTo(value, 6)));
  });

  it.each([
    ['too few rows', { length: 12 }, [sold], 'WINDOW_TOO_SHORT'],
    ['no steps', { horizon: 0 }, [sold], 'WINDOW_INVALID'],
    ['a gap of half a step', { maxGap: 0.5 }, [sold], 'WINDOW_INVALID'],
    [
      'a time that is none',
      { time: 'heat' },
      [{ ...sold, name: 'heat', kind: 'category', role: 'input' } as const, sold],
      'WINDOW_TIME',
    ],
    ['a column that is not there', { time: 'date' }, [sold], 'COLUMN_UNKNOWN'],
    ['nothing to predict', {}, [{ ...sold, role: 'input' } as const], 'WINDOW_NO_TARGET'],
    ['texts', {}, [sold, { ...sold, name: 'heat', kind: 'text', role: 'input' } as const], 'WINDOW_KIND'],
    ['classes to predict', {}, [{ ...sold, kind: 'category' }], 'WINDOW_KIND'],
    ['dates to predict', {}, [{ ...sold, kind: 'date' }], 'WINDOW_KIND'],
    ['a target that is known ahead', { ahead: ['sold'] }, [sold], 'WINDOW_AHEAD'],
    [
      'a column known ahead that is not seen',
      { ahead: ['heat'] },
      [{ ...sold, name: 'heat', role: 'ignore' } as const, sold],
      'WINDOW_AHEAD',
    ],
    ['an unknown way to fill in', { fill: 'spline' as 'linear' }, [sold], 'WINDOW_FILL'],
    ['a missing indicator', {}, [{ ...sold, options: { indicator: true } }], 'WINDOW_INDICATOR'],
  ])('of %s are refused', async (_, choice, columns, code) => {
    await expect(importTable(counting(20), choice, columns)).rejects.toMatchObject({ code });
  });

  it('tell of parts that are too short', async () => {
    const { warnings, schema } = await importTable(counting(20), { length: 5 });
    expect(schema.rows).toEqual({ train: 7, validation: 0, test: 0 });
    expect(warnings.map(({ code }) => code)).toEqual(['WINDOW_PART_EMPTY', 'WINDOW_PART_EMPTY']);
  });
});

describe('the preview proposes windows', () => {
  const preview = async (text: string) =>
    (await folder.preview(await folder.write('series.csv', text))).windows;

  it('for a date in regular steps, as long as their period', async () => {
    const rows = Array.from({ length: 130 }, (_, at) => [
      `${1949 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`,
      at % 7,
    ]);
    expect(await preview(table(['Month', 'Sold'], ...rows))).toMatchObject({
      time: 'Month',
      length: 12,
      horizon: 1,
      stride: 1,
      reason:
        'Column "Month" is a date in regular steps of a month: the rows can be windows of 12 steps, with the next one to predict.',
      columns: [
        { name: 'Month', role: 'time' },
        { name: 'Sold', role: 'target', kind: 'number' },
      ],
    });
  });

  it('for each value of a column, where times repeat without it', async () => {
    const rows = Array.from({ length: 60 }, (_, at) => [day(Math.floor(at / 2)), 'ab'[at % 2], 'x', at / 2]);
    expect(await preview(table(['Day', 'Shop', 'Kind', 'Sold'], ...rows))).toMatchObject({
      time: 'Day',
      group: 'Shop',
      length: 3,
      columns: [{ role: 'time' }, { role: 'group' }, { role: 'ignore' }, { role: 'target' }],
    });
  });

  it('for nothing else', async () => {
    const rows = Array.from({ length: 60 }, (_, at) => [day((at * at) % 61), at / 2]);
    expect(await preview(table(['Day', 'Sold'], ...rows))).toBeUndefined();
    expect(
      await preview(table(['Size', 'Sold'], ...rows.map(([, value]) => [value, value]))),
    ).toBeUndefined();
  });
});
