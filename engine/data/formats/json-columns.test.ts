import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { IRIS_COLUMNS, IRIS_ROWS, IRIS_TEXTS } from '../../../tests/harness/iris-rows.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const NAMES = ['width', 'petals', 'species', 'wild'] as const;
const perColumn = <T>(values: (name: (typeof NAMES)[number]) => T) =>
  Object.fromEntries(NAMES.map((name) => [name, values(name)]));

describe('JSON by columns', () => {
  it.each([
    ['lists', perColumn((name) => IRIS_ROWS.map((row) => row[name] ?? null))],
    ['objects', perColumn((name) => Object.fromEntries(IRIS_ROWS.map((row, at) => [at, row[name] ?? null])))],
  ])('in %s becomes a table', async (name, content) => {
    const path = await folder.write(`${name}.json`, JSON.stringify(content, null, 2));
    const { format, columns, rows, totalRows } = await folder.preview(path);
    expect({ format, totalRows }).toEqual({ format: 'json-columns', totalRows: 4 });
    expect(columns).toMatchObject(IRIS_COLUMNS);
    expect(rows).toEqual(IRIS_TEXTS);
    expect((await folder.import(path)).schema.columns).toMatchObject(IRIS_COLUMNS);
  });

  it('may hold lists, which are tokens and tensors', async () => {
    const tokens = [['a', 'b'], ['c'], ['d', 'e', 'f'], ['g']];
    const tagged = { tokens, tags: tokens.map((row) => row.map((_, at) => at % 2)) };
    const { format, columns } = await folder.preview(
      await folder.write('tagged.json', JSON.stringify(tagged)),
    );
    expect({ format, kinds: columns.map(({ kind }) => kind) }).toEqual({
      format: 'json-columns',
      kinds: ['text', 'tags'],
    });
    const images = {
      label: ['x', 'y', 'x', 'y'],
      image: tokens.map(() => Array<number[]>(5).fill([1, 2, 3, 4])),
    };
    const described = await folder.preview(await folder.write('images.json', JSON.stringify(images)));
    expect(described.columns.map(({ kind }) => kind)).toEqual(['category', 'tensor']);
  });

  it('leaves out what is no column, and says so', async () => {
    const path = await folder.write('odd.json', JSON.stringify({ a: [1, 2], title: 'x', b: [3, 4], c: [5] }));
    const { columns, reasons } = await folder.preview(path);
    expect(columns.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(reasons).toContain('2 other values beside lists of 2 elements are left out.');
  });

  it('by keys has the key as a column', async () => {
    const records = Object.fromEntries(IRIS_ROWS.map((row, at) => [`flower ${at}`, row]));
    const { columns, rows } = await folder.preview(await folder.write('keys.json', JSON.stringify(records)));
    expect(columns[0]).toMatchObject({ name: 'key', role: 'id' });
    expect(rows).toEqual(IRIS_TEXTS.map((texts, at) => [`flower ${at}`, ...texts]));
  });

  it('that was cut off is refused', async () => {
    const path = await folder.write('cut.json', '{"a": [1, 2], "b": [3');
    expect(await folder.refusal(path)).toMatchObject({ code: 'JSON_SYNTAX', where: path });
  });

  it('that is too large to be read whole is refused', async () => {
    const path = await folder.write('large.json', `{"a": [${'123456789,'.repeat(7_000_000)}1]}`);
    expect(await folder.refusal(path)).toMatchObject({ code: 'JSON_TOO_LARGE', got: '67 MB' });
  });
});
