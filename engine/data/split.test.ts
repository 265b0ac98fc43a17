import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../tests/harness/import.ts';
import { SPLITS } from '../core/dataset.ts';
import type { ColumnChoice, SplitChoice } from '../core/import.ts';
import { openSnapshot } from './snapshots/snapshot.ts';

let folder: ImportFolder;
let path: string;
/** 60 rows: `n` counts them, ten shops have two, four, … rows, and the later the row, the earlier its day. */
const shopOf = Array.from({ length: 60 }, (_, row) => Math.floor(Math.sqrt(row)));
beforeEach(async () => {
  folder = await ImportFolder.create();
  const rows = shopOf.map((shop, row) => {
    const fold = ['train', 'Dev', 'train', ''][row % 4];
    return `${row},s${shop},2025-01-${String(30 - Math.floor(row / 2)).padStart(2, '0')},${fold},${row % 3}`;
  });
  path = await folder.write('shops.csv', ['n,shop,day,fold,class', ...rows].join('\n'));
});
afterEach(() => folder.remove());

/** Rows of each part, by their number. */
async function parts(split: SplitChoice, columns: readonly ColumnChoice[]): Promise<number[][]> {
  const { folder: made, schema } = await folder.import(path, { split, columns });
  const snapshot = await openSnapshot(made);
  const read = SPLITS.map(async (part) => [...(await snapshot.read(part, 'n', 0, schema.rows[part]))]);
  const rows = await Promise.all(read);
  await snapshot.close();
  return rows;
}

const shop = { name: 'shop', kind: 'identifier', role: 'group' } as const;
const day = { name: 'day', kind: 'date', role: 'time' } as const;
const fold = { name: 'fold', kind: 'identifier', role: 'split' } as const;
const noFold = { ...fold, role: 'ignore' } as const;

describe('rows are divided', () => {
  it('at random: every class has its share in each part, to the row, and every row may come into any', async () => {
    const times = Array.from({ length: 3 }, () => new Int32Array(60));
    for (let seed = 0; seed < 40; seed++) {
      const divided = await parts({ validation: 0.2, test: 0.3, seed }, [noFold]);
      expect(divided.map(({ length }) => length)).toEqual([30, 12, 18]);
      for (const [part, rows] of divided.entries()) {
        expect([0, 1, 2].map((of) => rows.filter((row) => row % 3 === of).length)).toEqual(
          Array(3).fill(rows.length / 3),
        );
        for (const row of rows) times[part][row]++;
      }
    }
    // 40 draws: a row that comes into a part with a probability of 0.2 is never in it once in 7,500 rows.
    for (const counts of times) expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('by group: all rows of a shop are in one part, and the parts are about as large as wanted', async () => {
    const [train, validation, test] = await parts({ by: 'group', validation: 0.2, test: 0.2 }, [
      shop,
      noFold,
    ]);
    const shops = [train, validation, test].map((rows) => new Set(rows.map((row) => shopOf[row])));
    expect(shops.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(shopOf).size);
    expect(train.length + validation.length + test.length).toBe(60);
    for (const part of [validation, test]) expect(Math.abs(part.length - 12)).toBeLessThanOrEqual(6);
  });

  it('by time: the latest rows are the test, and those of one day stay together', async () => {
    const [train, validation, test] = await parts({ by: 'time', validation: 0.25, test: 0.15 }, [
      day,
      noFold,
    ]);
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
    // 9 and 15 rows are wanted; the border moves on to the next day.
    expect([test, validation, train]).toEqual([range(0, 8), range(8, 22), range(22, 60)]);
  });

  it('as a column names their parts, and at random where it leaves that open', async () => {
    const [train, validation, test] = await parts({ test: 0.2 }, [fold]);
    expect(validation).toEqual(Array.from({ length: 15 }, (_, at) => 4 * at + 1));
    expect([train.length, test.length]).toEqual([36, 9]);
    expect((await folder.preview(path)).columns.find(({ name }) => name === 'fold')?.role).toBe('split');
  });

  it('by group beside a column that names parts: groups follow their given rows, and those that it divides are told', async () => {
    // Shop 7 is given for the test by one row and shop 6 for validation; shop 5 has rows for training and for the test.
    const given = new Map([
      [shopOf.indexOf(7) + 2, 'test'],
      [shopOf.indexOf(6), 'val'],
      [shopOf.indexOf(5), 'train'],
      [shopOf.indexOf(5) + 1, 'test'],
    ]);
    const rows = shopOf.map((of, row) => `${row},s${of},${given.get(row) ?? ''}`);
    path = await folder.write('given.csv', ['n,shop,fold', ...rows].join('\n'));
    const split = { by: 'group', validation: 0.3, test: 0.3 };
    const { schema, warnings } = await folder.import(path, { split, columns: [shop, fold] });
    const [train, validation, test] = await parts(split, [shop, fold]);
    const ofShop = (number: number) => shopOf.flatMap((of, row) => (of === number ? [row] : []));
    const five = ofShop(5);
    expect(test).toEqual([...five.slice(1), ...ofShop(7)]);
    expect(validation).toEqual(ofShop(6));
    expect(train).toContain(five[0]);
    expect(schema.rows).toEqual({ train: train.length, validation: 13, test: 21 });
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'CHECK_GROUPS', got: '"s5"' }));
  });

  it('by group where only the test is given: validation is taken of whole groups that have no row in it', async () => {
    const rows = shopOf.map((of, row) => `${row},s${of},${of % 3 === 0 && row % 2 === 0 ? 'test' : 'train'}`);
    path = await folder.write('tested.csv', ['n,shop,fold', ...rows].join('\n'));
    const [train, validation, test] = await parts({ by: 'group', validation: 0.3 }, [shop, fold]);
    const tested = new Set(test.map((row) => shopOf[row]));
    const validated = new Set(validation.map((row) => shopOf[row]));
    expect(validated.size).toBeGreaterThan(0);
    for (const of of validated) expect(tested.has(of)).toBe(false);
    for (const row of train) expect(validated.has(shopOf[row])).toBe(false);
  });

  it('in no way that needs a column which is not there, nor with unknown options', async () => {
    expect(await folder.refusal(path, { split: { by: 'group' } })).toMatchObject({ code: 'SPLIT_COLUMN' });
    expect(await folder.refusal(path, { split: { by: 'luck' } })).toMatchObject({ code: 'SPLIT_UNKNOWN' });
    const split = { by: 'time', stratify: true };
    expect(await folder.refusal(path, { split, columns: [day] })).toMatchObject({ code: 'PARAM_UNKNOWN' });
  });
});
