import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const rows = (delimiter: string, name = '') =>
  Array.from({ length: 40 }, (_, at) =>
    [`${name}${at % 7}`, `${name}${at % 5}`, (at % 5) + 1, 978300760 + at].join(delimiter),
  );

describe('ratings without names of columns', () => {
  it.each([
    ['ratings.dat of MovieLens 1M', rows('::')],
    ['u.data of MovieLens 100k', rows('\t')],
    ['the ratings of Amazon', rows(',', 'B00')],
  ])('are read as in %s', async (_, lines) => {
    const path = await folder.write('ratings.dat', `${lines.join('\n')}\n`);
    const { format, columns } = await folder.preview(path);
    expect([format, columns.map(({ name, kind, role }) => `${name} ${kind} ${role}`)]).toEqual([
      'ratings',
      ['user category input', 'item category input', 'rating number target', 'time date time'],
    ]);
    const { schema } = await folder.import(path, { split: { by: 'time', validation: 0.25, test: 0.25 } });
    expect(schema.rows).toEqual({ train: 20, validation: 10, test: 10 });
  });

  it('that are not whole are listed by their line', async () => {
    const path = await folder.write('u.data', [...rows('\t'), '1\t2\tgood\t978300760'].join('\n'));
    const { skipped } = await folder.import(path);
    expect(skipped).toMatchObject([{ code: 'LINE_FORM', where: `${path}, line 41` }]);
  });

  it('are not those with names, which are a table', async () => {
    const lines = ['userId,movieId,rating,timestamp', ...rows(',')];
    expect((await folder.preview(await folder.write('ratings.csv', lines.join('\n')))).format).toBe('csv');
  });

  it('are not what sensors measured', async () => {
    const lines = Array.from({ length: 40 }, (_, at) => `${at}\t${at / 3}\t${at / 7}\t${978300760 + at}`);
    expect((await folder.preview(await folder.write('log.tsv', lines.join('\n')))).format).toBe('csv');
  });
});
