import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { IRIS_COLUMNS, IRIS_ROWS, IRIS_TEXTS } from '../../../tests/harness/iris-rows.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

describe('a JSON list', () => {
  it.each([
    ['at the top', JSON.stringify(IRIS_ROWS, null, 2), ''],
    ['behind a byte order mark', `\ufeff${JSON.stringify(IRIS_ROWS)}`, ''],
    ['under a name', JSON.stringify({ about: { year: 1936 }, data: IRIS_ROWS, more: [[1], [2]] }), 'data'],
    ['deeper inside', JSON.stringify({ result: { 'rows (all)': IRIS_ROWS } }), 'rows (all)'],
  ])('%s becomes a table', async (name, text, list) => {
    const path = await folder.write(`${name}.json`, text);
    const { format, columns, rows, options } = await folder.preview(path);
    expect({ format, options }).toEqual({ format: 'json', options: { list } });
    expect(columns).toMatchObject(IRIS_COLUMNS);
    expect(rows).toEqual(IRIS_TEXTS);
    const { schema } = await folder.import(path);
    expect(schema.columns).toMatchObject(IRIS_COLUMNS);
  });

  it('of lists has numbered columns', async () => {
    const { columns, rows } = await folder.preview(
      await folder.write('lists.json', '[[1,"a"],[2,"b"],[3,"a"]]'),
    );
    expect(columns.map(({ name }) => name)).toEqual(['0', '1']);
    expect(rows[2]).toEqual(['3', 'a']);
  });

  it('with an element that is no object lists it and leaves it out', async () => {
    const path = await folder.write('odd.json', JSON.stringify([...IRIS_ROWS, 7]));
    const { skipped } = await folder.import(path);
    expect(skipped).toMatchObject([{ code: 'JSON_ELEMENT', where: `${path}, element 4`, got: '7' }]);
  });

  it('that was cut off is refused, and nothing is left of it', async () => {
    const whole = JSON.stringify(Array.from({ length: 3000 }, (_, at) => IRIS_ROWS[at % 4]));
    const path = await folder.write('cut.json', whole.slice(0, -20));
    expect(await folder.refusal(path)).toMatchObject({ code: 'JSON_SYNTAX', where: path });
  });

  it('without a record is refused', async () => {
    const path = await folder.write('empty.json', '[{}, {}]');
    expect(await folder.refusal(path)).toMatchObject({ code: 'TABLE_NO_RECORDS' });
  });
});
