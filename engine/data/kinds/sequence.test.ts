import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';
import { storedCell } from '../stored-cell.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const ALL_TRAINING = { split: { validation: 0, test: 0 } };

describe('a column of sequences', () => {
  it.each([
    ['spaces', '1 2 3 4 5', '6 7 8 9 10 11'],
    ['brackets and commas', '"[1, 2, 3, 4, 5]"', '"[6, 7, 8, 9, 10, 11]"'],
    ['semicolons', '1;2;3;4;5', '6;7;8;9;10;11'],
  ])('is recognised with %s, filled up with the mean and standardised', async (_, short, long) => {
    const path = await folder.write('signals.csv', `class,signal\na,${short}\nb,${long}\n`);
    const { columns } = await folder.preview(path);
    expect(columns).toMatchObject([
      { name: 'class', kind: 'category', role: 'target' },
      { name: 'signal', kind: 'sequence', role: 'input' },
    ]);
    const { folder: made, schema } = await folder.import(path, ALL_TRAINING);
    const [, column] = schema.columns;
    // Mean and deviation of 1 … 11.
    expect(column).toMatchObject({ dtype: 'f32', shape: [6, 1], normalisation: { offset: [6] } });
    expect(column.normalisation!.scale[0]).toBeCloseTo(1 / Math.sqrt(10), 6);
    const snapshot = await openSnapshot(made);
    expect([...(await snapshot.read('train', 'signal', 0, 2))]).toEqual([
      1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11,
    ]);
    await snapshot.close();
    // A row that is given later is stored in the same way, as a text or as numbers.
    expect(storedCell(column, short.replaceAll('"', ''))).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(storedCell(column, [1, 2, 3])).toEqual(Float32Array.of(1, 2, 3, 6, 6, 6));
    expect(storedCell(column, '1 x 3')).toBeUndefined();
  });

  it('is cut to a length that was chosen, and lists what is no sequence', async () => {
    const rows = ['a,1 2 3 4 5 6', 'b,7 8 9 10 11 12', 'a,1 2 oops', 'b,1 2 3 4 5', 'a,'];
    const path = await folder.write('tracks.csv', ['class,track', ...rows].join('\n'));
    const columns = [
      { name: 'track', kind: 'sequence', role: 'input', options: { channels: 2, length: 2 } },
    ] as const;
    const { folder: made, schema, skipped } = await folder.import(path, { ...ALL_TRAINING, columns });
    expect(schema.columns[1]).toMatchObject({ shape: [2, 2] });
    const snapshot = await openSnapshot(made);
    expect([...(await snapshot.read('train', 'track', 0, 2))]).toEqual([1, 2, 3, 4, 7, 8, 9, 10]);
    await snapshot.close();
    expect(skipped.map(({ code, where }) => [code, where])).toEqual([
      ['CELL_TYPE', 'row 3, column "track"'],
      ['CELL_TYPE', 'row 4, column "track"'],
      ['CELL_MISSING', 'row 5, column "track"'],
    ]);
  });

  it('may be empty, where lists are', async () => {
    const lines = [[], [1, 2], [3, 4, 5]].map((signal, at) =>
      JSON.stringify({ signal, class: 'ab'[at % 2] }),
    );
    const path = await folder.write('lists.jsonl', lines.join('\n'));
    const { folder: made, skipped } = await folder.import(path, ALL_TRAINING);
    expect(skipped).toEqual([]);
    const snapshot = await openSnapshot(made);
    expect([...(await snapshot.read('train', 'signal', 0, 2))]).toEqual([3, 3, 3, 1, 2, 3]);
    await snapshot.close();
  });

  it('is proposed for neither texts nor telephone numbers', async () => {
    const path = await folder.write(
      'people.csv',
      'who,phone,number\nA,030 123 456,1\nB,040 789 12,2\nC,089 555 66,3\n',
    );
    expect((await folder.preview(path)).columns.map(({ kind }) => kind)).not.toContain('sequence');
  });
});
