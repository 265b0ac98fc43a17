import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it('are refused where they are too few, or have no time or value', async () => {
    expect(() => windowsOf(STEPS.slice(7, 11))).toThrow(expect.objectContaining({ code: 'ROWS_TOO_FEW' }));
    expect(() => windowsOf([{ ...STEPS[0], when: 'soon' }])).toThrow(
      expect.objectContaining({ code: 'ROW_VALUE' }),
    );
    const windows = windowsOf(STEPS.map((step) => ({ ...step, heat: 'hot' })));
    await expect(windows.read(GIVEN, 'heat', 0, 1)).rejects.toMatchObject({ code: 'ROW_VALUE' });
  });
});
