import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const split = { validation: 0, test: 0, seed: 1, stratify: false };

async function importDates(dates: readonly string[], options: Record<string, unknown>) {
  const rows = dates.map((date, at) => `${date},${at / 2}`);
  const path = await folder.write('dates.csv', ['when,value', ...rows].join('\n'));
  const when = { name: 'when', kind: 'date', role: 'input', options } as const;
  const result = await folder.import(path, { columns: [when], split });
  const snapshot = await openSnapshot(result.folder);
  const [column] = result.schema.columns;
  const values = [...(await snapshot.read('train', 'when', 0, dates.length))];
  await snapshot.close();
  return { column, values };
}

describe('a column of dates', () => {
  it('is proposed as the time beside inputs, and as an input where there are none', async () => {
    const alone = await folder.preview(await folder.write('a.csv', 'Month,Sold\n1949-01,112.5\n1949-02,118'));
    expect(alone.columns).toMatchObject([
      { kind: 'date', role: 'input' },
      { kind: 'number', role: 'target' },
    ]);
    const beside = await folder.preview(
      await folder.write('b.csv', 'Day,Heat,Sold\n31.12.2024,2.5,112.5\n01.01.2025,3,118'),
    );
    expect(beside.columns.map(({ kind, role }) => [kind, role])).toEqual([
      ['date', 'time'],
      ['number', 'input'],
      ['number', 'target'],
    ]);
  });

  it('becomes elapsed time and places on circles, in UTC', async () => {
    const { column, values } = await importDates(
      ['2024-01-01 00:00', '2024-01-01 06:00', '2024-01-02 00:00', '2024-01-03 00:00+00:00'],
      { elapsed: true, hour: true, weekday: true, month: false },
    );
    expect(column).toMatchObject({
      dtype: 'f32',
      shape: [5],
      date: { features: ['elapsed', 'hour', 'weekday'] },
    });
    const tuesday = [Math.sin((2 * Math.PI) / 7), Math.cos((2 * Math.PI) / 7)];
    const expected = [
      [0, 0, 1, 0, 1],
      [0.125, 1, 0, 0, 1],
      [0.5, 0, 1, ...tuesday],
    ].flat();
    expected.forEach((value, at) => expect(values[at]).toBeCloseTo(value, 6));
  });

  it('tells the day and month of the year', async () => {
    const { values } = await importDates(['2024-07-01', '2024-12-31'], {
      elapsed: false,
      weekday: false,
      month: true,
      dayOfMonth: true,
      dayOfYear: true,
    });
    // dayOfMonth, month, dayOfYear: the 1st of 31 days, the 7th of 12 months, the 183rd of 366 days.
    [0, 1, 0, -1].forEach((value, at) => expect(values[at]).toBeCloseTo(value, 6));
    expect(values[4]).toBeCloseTo(Math.sin((2 * Math.PI * 182) / 366), 6);
    expect(values[6 + 4]).toBeCloseTo(Math.sin((2 * Math.PI * 365) / 366), 6);
  });

  it('is filled in with the mean date', async () => {
    const { column, values } = await importDates(['2024-01-01', '2024-01-05', ''], {
      weekday: false,
      month: false,
    });
    expect(column.missing).toBe(1);
    expect(values).toEqual([0, 1, 0.5]);
  });

  it('of which nothing is seen is refused', async () => {
    const nothing = { elapsed: false, weekday: false, month: false };
    await expect(importDates(['2024-01-01', '2024-01-05'], nothing)).rejects.toMatchObject({
      code: 'DATE_UNSEEN',
    });
  });
});
