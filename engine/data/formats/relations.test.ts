import { afterEach, beforeEach, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const FILE =
  '1\t"The <e1>child</e1> sat in the <e2>cradle</e2>."\nContent-Container(e1,e2)\nComment:\n\n' +
  '2\t"A <e1>ridge</e1> above the <e2>surge</e2>."\nOther\nComment: none\n\n' +
  '3\t"An <e1>author</e1> of a <e2>book</e2>."\nOther\n';

it('sentences with marked entities become texts with a relation', async () => {
  const { format, columns, rows } = await folder.preview(await folder.write('train.txt', FILE));
  expect(format).toBe('relations');
  expect(columns.map(({ kind, role }) => [kind, role])).toEqual([
    ['text', 'input'],
    ['category', 'target'],
  ]);
  expect(rows).toHaveLength(3);
  expect(String(rows[0][0]).split(/\s+/)).toEqual([
    'The',
    'start_e1',
    'child',
    'end_e1',
    'sat',
    'in',
    'the',
    'start_e2',
    'cradle',
    'end_e2',
    '.',
  ]);
  expect(rows.map((row) => row[1])).toEqual(['Content-Container(e1,e2)', 'Other', 'Other']);
});

it('a sentence without a relation is listed and left out', async () => {
  const path = await folder.write('cut.txt', `${FILE}\n4\t"Some <e1>a</e1> and <e2>b</e2>."\n`);
  const { skipped, schema } = await folder.import(path);
  expect(skipped).toMatchObject([{ code: 'RELATION_MISSING', where: `${path}, line 12` }]);
  expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(3);
});

it('names in place of numbers, entities in any order and notes without a relation are understood', async () => {
  const text =
    'a-1\t"A <e2>cat</e2> on a <e1>mat</e1>."\nOther\n\na-2\t"A <e1>cat</e1> on a <e2>mat</e2>."\nComment: which?\n\n' +
    'a-3\t"A <e1>cat</e1> on a mat."\nOther\n\na-4\t"A <e1>cat</e1> on a <e2>hat</e2>."\nOther\nComment:\n';
  const path = await folder.write('named.txt', text);
  expect((await folder.preview(path)).format).toBe('relations');
  const { skipped, schema } = await folder.import(path, { split: { validation: 0, test: 0, seed: 1 } });
  expect(schema.rows.train).toBe(2);
  expect(skipped).toMatchObject([
    { code: 'RELATION_MISSING', where: `${path}, line 4` },
    { code: 'RELATION_MARKS', where: `${path}, line 7` },
  ]);
});
