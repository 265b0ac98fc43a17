import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../tests/harness/import.ts';
import { openSnapshot, type Snapshot } from '../data/snapshots/snapshot.ts';
import { GIVEN, type GivenRow } from './given-rows.ts';
import { windowRows } from './window-rows.ts';

/** Two series of 9 days, with a value missing in each of them. */
const STEPS: GivenRow[] = Array.from({ length: 18 }, (_, at) => ({
  when: `2024-01-0${(at % 9) + 1}`,
  shop: at < 9 ? 'north' : 'south',
  heat: at % 9 === 4 ? null : at + 0.5,
  sold: 10 * at,
}));

let folder: ImportFolder;
let snapshot: Snapshot;
beforeAll(async () => {
  folder = await ImportFolder.create();
  const lines = STEPS.map((step) =>
    ['when', 'shop', 'heat', 'sold'].map((name) => step[name] ?? '').join(','),
  );
  const result = await folder.import(
    await folder.write('shops.csv', ['when,shop,heat,sold', ...lines].join('\n')),
    {
      windows: { time: 'when', group: 'shop', length: 3, horizon: 2, stride: 1 },
      columns: [
        { name: 'when', kind: 'date', role: 'input', options: { hour: false, month: false } },
        { name: 'sold', kind: 'number', role: 'target' },
      ],
      split: { validation: 0, test: 0, seed: 1, stratify: false },
    },
  );
  snapshot = await openSnapshot(result.folder);
});
afterAll(async () => {
  await snapshot.close();
  await folder.remove();
});

const windowsOf = (steps: readonly GivenRow[]) =>
  windowRows(snapshot.schema, snapshot.schema.windows!, steps);

describe('steps that are given', () => {
  it('become the windows that the import made of them, and those whose future is not known', async () => {
    const windows = windowsOf(STEPS.toReversed());
    // Of 9 steps the import has 5 windows of 3 and 2; there are 7 of 3 alone.
    expect(windows.schema.rows[GIVEN]).toBe(14);
    expect(snapshot.schema.rows.train).toBe(10);
    const south = 0; // The series that comes first here.
    for (const name of ['heat', 'sold', 'when']) {
      const width = 3 * snapshot.schema.columns.find((column) => column.name === name)!.shape[1];
      const imported = await snapshot.read('train', name, 5, 5);
      expect(imported).toHaveLength(5 * width);
      expect(await windows.read(GIVEN, name, south, 5)).toEqual(imported);
    }
    expect(windows.after.slice(5, 8)).toEqual(['south 2024-01-08', 'south 2024-01-09', 'north 2024-01-03']);
  });

  it('have missing numbers on a line where the import put them there', async () => {
    const { schema } = await folder.import(
      await folder.write(
        'line.csv',
        ['when,heat', '2024-01-01,0', '2024-01-02,1', '2024-01-03,2', '2024-01-04,5'].join('\n'),
      ),
      {
        windows: { time: 'when', length: 3, horizon: 1, stride: 1, fill: 'linear' },
        columns: [{ name: 'heat', kind: 'number', role: 'target' }],
        split: { validation: 0, test: 0 },
      },
    );
    const heat = [4, null, 8, null];
    const given = heat.map((value, day) => ({ when: `2024-01-0${day + 1}`, heat: value }));
    // Nothing is known behind the last step.
    expect([...(await windowRows(schema, schema.windows!, given).read(GIVEN, 'heat', 0, 2))]).toEqual([
      4, 6, 8, 6, 8, 8,
    ]);
  });

  it('have no window across a wider gap than the data set has', () => {
    const gap = {
      ...snapshot.schema.windows!,
      maxGap: 1,
      every: { unit: 'millisecond', count: 86_400_000 },
    } as const;
    const north = STEPS.slice(0, 9);
    const after = (...missing: readonly number[]) =>
      windowRows(
        snapshot.schema,
        gap,
        north.filter((_, at) => !missing.includes(at)),
      ).after.length;
    // Of 8 steps across one missing day there are 6 windows; of 4 and 3 on both sides of two there are 2 and 1.
    expect(after(4)).toBe(6);
    expect(after(4, 5)).toBe(3);
  });

  it('are refused where they are too few, or have no time or value', async () => {
    expect(() => windowsOf(STEPS.slice(7, 11))).toThrow(expect.objectContaining({ code: 'ROWS_TOO_FEW' }));
    expect(() => windowsOf([{ ...STEPS[0], when: 'soon' }])).toThrow(
      expect.objectContaining({ code: 'ROW_VALUE' }),
    );
    const windows = windowsOf(STEPS.map((step) => ({ ...step, heat: 'hot' })));
    await expect(windows.read(GIVEN, 'heat', 0, 1)).rejects.toMatchObject({ code: 'ROW_VALUE' });
  });
});

describe('windows of a model that is told what is known ahead', () => {
  let promoted: Snapshot;
  const rowsOf = (days: number, from = 0): GivenRow[] =>
    Array.from({ length: days }, (_, at) => ({
      when: new Date(Date.UTC(2024, 0, 1 + from + at)).toISOString().slice(0, 10),
      promo: (from + at) / 2,
      sold: 10 * (from + at),
    }));
  const future = (days: number, from: number): GivenRow[] =>
    rowsOf(days, from).map((row) => ({ ...row, sold: null }));

  async function importAhead(ahead: readonly string[]): Promise<Snapshot> {
    const names = ['when', 'promo', 'sold'];
    const lines = rowsOf(11).map((row) => names.map((name) => row[name]).join(','));
    const path = await folder.write('promo.csv', [names.join(), ...lines].join('\n'));
    const { folder: at } = await folder.import(path, {
      windows: { time: 'when', length: 3, horizon: 2, stride: 1, ahead },
      columns: [
        { name: 'when', kind: 'date', role: 'time', options: { weekday: false, month: false } },
        { name: 'promo', kind: 'number', role: 'input' },
        { name: 'sold', kind: 'number', role: 'target' },
      ],
      split: { validation: 0, test: 0 },
    });
    return openSnapshot(at);
  }
  afterEach(() => promoted.close());
  const windowsOf = (rows: readonly GivenRow[]) =>
    windowRows(promoted.schema, promoted.schema.windows!, rows);
  const readAll = async (rows: ReturnType<typeof windowRows>, name: string) =>
    Array.from(await rows.read(GIVEN, name, 0, rows.schema.rows[GIVEN]), (value) => Number(value.toFixed(4)));

  it('take it from the rows that follow the last one with a target', async () => {
    promoted = await importAhead(['promo', 'when']);
    const windows = windowsOf([...rowsOf(4), ...future(2, 4)]);
    // Days 0 to 3 are seen, 4 and 5 are told of: two windows, the second one ends with day 3.
    expect(windows.after).toEqual(['2024-01-03', '2024-01-04']);
    expect(await readAll(windows, 'sold')).toEqual([0, 10, 20, 10, 20, 30]);
    expect(await readAll(windows, 'promo')).toEqual([0, 0.5, 1, 0.5, 1, 1.5]);
    expect(await readAll(windows, 'promo ahead')).toEqual([1.5, 2, 2, 2.5]);
    expect(await readAll(windows, 'when ahead')).toEqual([0.3, 0.4, 0.4, 0.5]);
  });

  it('work out dates that are not there', async () => {
    promoted = await importAhead(['when']);
    expect(await readAll(windowsOf(rowsOf(3, 10)), 'when ahead')).toEqual([1.3, 1.4]);
    // A date that is there counts, though day 3 is left out.
    expect(await readAll(windowsOf([...rowsOf(3), ...future(1, 4)]), 'when ahead')).toEqual([0.4, 0.5]);
  });

  it('are refused where the rows do not tell it', async () => {
    promoted = await importAhead(['promo']);
    for (const rows of [rowsOf(5), [...rowsOf(5), ...future(1, 5)]])
      expect(() => windowsOf(rows)).toThrow(expect.objectContaining({ code: 'ROWS_AHEAD' }));
    const unknown = future(2, 5).map((row) => ({ ...row, promo: null }));
    await expect(
      windowsOf([...rowsOf(5), ...unknown]).read(GIVEN, 'promo ahead', 0, 1),
    ).rejects.toMatchObject({
      code: 'ROW_VALUE',
    });
  });
});
