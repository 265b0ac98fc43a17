import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import type { BrowseRequest } from '../../core/browse.ts';
import { Browser } from './browse.ts';

const ALL = { validation: 0, test: 0, seed: 1, stratify: false };
const COLOURS = ['red', 'green', 'blue'];

let folder: ImportFolder;
let dataset: string;
beforeAll(async () => {
  folder = await ImportFolder.create();
  const rows = Array.from(
    { length: 1000 },
    (_, at) => `${(at * 7) % 1000},${COLOURS[at % 3]},Row ${at} here`,
  );
  const path = await folder.write('table.csv', ['number,colour,words', ...rows].join('\n'));
  const columns = [{ name: 'words', role: 'input', kind: 'text' }] as const;
  ({ folder: dataset } = await folder.import(path, { columns, split: ALL }));
});
afterAll(() => folder.remove());

let told = 0;
const browse = (
  changes: Partial<BrowseRequest>,
  browser = new Browser(),
  signal = new AbortController().signal,
) =>
  browser.browse(
    {
      jobId: 'test',
      dataset,
      split: 'train',
      columns: ['number', 'colour', 'words'],
      filters: [],
      start: 0,
      count: 3,
      size: 32,
      ...changes,
    },
    { onProgress: () => told++, signal },
  );

describe('a page of rows', () => {
  it('shows numbers in their own units, classes by name, and texts out of their tokens', async () => {
    const { rows, total } = await browse({ start: 998, count: 10 });
    expect(total).toBe(1000);
    expect(rows).toEqual([
      {
        row: 998,
        values: [
          { form: 'number', value: 986 },
          { form: 'class', index: 0, name: 'blue' },
          { form: 'text', text: 'row 998 here' },
        ],
      },
      expect.objectContaining({ row: 999 }),
    ]);
  });

  it('shows ids and times as they are written, and windows as curves', async () => {
    const days = Array.from({ length: 30 }, (_, at) => `2024-01-${String(at + 1).padStart(2, '0')},${at}`);
    const path = await folder.write('series.csv', ['day,sold', ...days].join('\n'));
    const windows = { time: 'day', length: 3, horizon: 1, stride: 1 };
    const columns = [
      { name: 'day', role: 'input', kind: 'date' },
      { name: 'sold', role: 'target', kind: 'number' },
    ] as const;
    const time = { ...columns[0], role: 'time' } as const;
    const [kept, seen] = [
      await folder.import(path, { windows, columns: [time, columns[1]], split: ALL }),
      await folder.import(path, { windows, columns, split: ALL }),
    ];
    const first = async (dataset: string) =>
      (await browse({ dataset, columns: ['day', 'sold', 'next sold'], count: 1 })).rows[0].values;
    expect(await first(kept.folder)).toMatchObject([
      { form: 'text', text: '2024-01-04' },
      { form: 'curves', curves: [[0, 1, 2]] },
      { form: 'number', value: 3 },
    ]);
    expect(await first(seen.folder)).toMatchObject([{ form: 'curves' }, {}, {}]);
  });

  it('is empty behind the last row', async () => {
    expect(await browse({ start: 1000 })).toEqual({ rows: [], total: 1000 });
  });
});

describe('filters', () => {
  it('find a range with both ends, a class, and a text wherever it stands', async () => {
    const range = await browse({ filters: [{ column: 'number', least: 10, most: 12 }] });
    expect(range.rows.map(({ row }) => (row * 7) % 1000).sort()).toEqual([10, 11, 12]);
    expect((await browse({ filters: [{ column: 'colour', is: 'green' }] })).total).toBe(333);
    expect((await browse({ filters: [{ column: 'words', contains: 'ROW 98 ' }] })).rows).toMatchObject([
      { row: 98 },
    ]);
  });

  it('must all be passed, and the order is that of a column', async () => {
    const filters = [
      { column: 'colour', is: 'red' },
      { column: 'number', least: 900 },
    ];
    const { rows, total } = await browse({
      filters,
      order: { column: 'number', descending: true },
      columns: ['number'],
      count: 1000,
    });
    const expected = Array.from({ length: 1000 }, (_, at) => at)
      .filter((row) => row % 3 === 0 && (row * 7) % 1000 >= 900)
      .sort((a, b) => ((b * 7) % 1000) - ((a * 7) % 1000));
    expect(total).toBe(expected.length);
    expect(rows.map(({ row }) => row)).toEqual(expected);
  });

  it('are searched for once, however many pages are turned', async () => {
    const browser = new Browser();
    const filters = [{ column: 'number', least: 500 }];
    told = 0;
    await browse({ filters }, browser);
    const once = told;
    await browse({ filters, start: 10 }, browser);
    expect([once > 0, told]).toEqual([true, once]);
  });

  it('of a column that is not there, or that are cancelled, say so', async () => {
    await expect(browse({ filters: [{ column: 'nothing', is: 'x' }] })).rejects.toMatchObject({
      code: 'DATA_COLUMN_UNKNOWN',
    });
    const filters = [{ column: 'number', least: 0 }];
    await expect(browse({ filters }, new Browser(), AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});
