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
    [
      'deeper inside',
      JSON.stringify({ few: [[1]], result: { 'rows (all)': IRIS_ROWS } }),
      'result.rows (all)',
    ],
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

  it('of lists beside the names of their columns has these', async () => {
    const columns = ['width', 'petals', 'species', 'wild'] as const;
    const data = IRIS_ROWS.map((row) => columns.map((name) => row[name]));
    const path = await folder.write('split.json', JSON.stringify({ columns, index: [0, 1, 2, 3], data }));
    expect((await folder.import(path)).schema.columns).toMatchObject(IRIS_COLUMNS);
  });

  it('in UTF-16 is read', async () => {
    const path = await folder.write(
      'wide.json',
      Buffer.from(`\ufeff${JSON.stringify(IRIS_ROWS)}`, 'utf16le'),
    );
    expect((await folder.preview(path)).rows).toEqual(IRIS_TEXTS);
  });

  it('with the words of Python for no numbers has missing values', async () => {
    const path = await folder.write(
      'nan.json',
      '[{"a": NaN, "b": "NaN\\" x"}, {"a": -Infinity, "b": "y"}, {"a": 1, "b": "z"}]',
    );
    expect((await folder.preview(path)).rows).toEqual([
      ['', 'NaN" x'],
      ['', 'y'],
      ['1', 'z'],
    ]);
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

  it('that is not there is told with those that are', async () => {
    const path = await folder.write('other.json', JSON.stringify({ data: { rows: IRIS_ROWS } }));
    const refusal = await folder.refusal(path, { source: { options: { list: 'rows' } } });
    expect(refusal).toMatchObject({ code: 'JSON_NO_LIST', got: 'lists called data.rows' });
  });

  it('without end is refused before memory is', async () => {
    const path = await folder.write('deep.json', `[{"a": 1}, ${'['.repeat(100_000)}`);
    expect(await folder.refusal(path)).toMatchObject({ code: 'JSON_SYNTAX', where: path });
  });

  it('without a record is refused', async () => {
    const path = await folder.write('empty.json', '[{}, {}]');
    expect(await folder.refusal(path)).toMatchObject({ code: 'TABLE_NO_RECORDS' });
  });

  it('with values that come up later than any look reaches tells of them, and where', async () => {
    const records = Array.from({ length: 5000 }, (_, at) => ({
      text: 'x'.repeat(600),
      a: at,
      ...(at >= 4900 && { late: 1 }),
    }));
    const path = await folder.write('later.json', JSON.stringify(records));
    const { skipped } = await folder.import(path);
    expect(skipped).toMatchObject([
      { code: 'RECORD_SURPLUS', where: `${path}, element 4900 and further on` },
    ]);
  });
});
