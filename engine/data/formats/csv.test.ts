import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

const ROWS = ['1.5,a,x', '2.5,b,y', '3.5,a,x', '4.5,b,y'];
const TABLE = ['size,colour,class', ...ROWS].join('\n');

describe('what a CSV table is recognised as', () => {
  it.each([
    ['comma', ','],
    ['tab', '\t'],
    ['semicolon', ';'],
    ['pipe', '|'],
    ['space', ' '],
  ])('%s as the delimiter', async (delimiter, sign) => {
    const path = await folder.write(`${delimiter}.csv`, TABLE.replaceAll(',', sign));
    const { format, options, columns, rows, totalRows } = await folder.preview(path);
    expect(format).toBe('csv');
    expect(options).toMatchObject({ delimiter, header: 'names' });
    expect(columns.map(({ name, kind, role }) => [name, kind, role])).toEqual([
      ['size', 'number', 'input'],
      ['colour', 'category', 'input'],
      ['class', 'category', 'target'],
    ]);
    expect(rows[0]).toEqual(['1.5', 'a', 'x']);
    expect(totalRows).toBe(4);
  });

  it('a table without a row of names', async () => {
    const { options, columns } = await folder.preview(await folder.write('bare.csv', ROWS.join('\n')));
    expect(options.header).toBe('values');
    expect(columns.map(({ name }) => name)).toEqual(['column 1', 'column 2', 'column 3']);
  });

  const text = 'größe;stadt;class\n1;Köln;ä\n2;Málaga;b\n3;Köln;ä\n4;Málaga;b\n';
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little-endian', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['Windows-1252', Buffer.from(text, 'latin1')],
  ])('text in %s', async (name, bytes) => {
    const { columns, rows } = await folder.preview(await folder.write(`${name}.csv`, bytes));
    expect(columns.map((column) => column.name)).toEqual(['größe', 'stadt', 'class']);
    expect(rows[0]).toEqual(['1', 'Köln', 'ä']);
  });

  it.each([
    ['hold values together', 'text,class\n"a, b",x\n"c",y\n"d ""e\"\"\",x\n', 'hold', ['a, b', 'c', 'd "e"']],
    ['are plain signs', 'text\tclass\n"a" b\tx\n"c\ty\nd"e"\tx\n', 'plain', ['"a" b', '"c', 'd"e"']],
  ])('quotes that %s', async (name, text, quotes, values) => {
    const { options, rows } = await folder.preview(await folder.write(`${name}.csv`, text));
    expect(options.quotes).toBe(quotes);
    expect(rows.map(([value]) => value)).toEqual(values);
  });

  it('a row about the table before it', async () => {
    const path = await folder.write('counted.csv', '4,2,x,y\n1.5,1,0\n2.5,2,1\n3.5,3,0\n4.5,4,1\n');
    const { options, columns, rows } = await folder.preview(path);
    expect(options).toMatchObject({ skip: 1, header: 'values' });
    expect(columns.map(({ kind, role }) => [kind, role])).toEqual([
      ['number', 'input'],
      ['number', 'input'],
      ['category', 'target'],
    ]);
    expect(rows).toHaveLength(4);
  });

  it('compressed text', async () => {
    const { rows } = await folder.preview(await folder.write('table.csv.gz', gzipSync(TABLE)));
    expect(rows).toHaveLength(4);
  });

  it('quotes, delimiters and line ends inside of values', async () => {
    const path = await folder.write('quoted.csv', 'text,class\r\n"a, ""b""\nc",x\r\nplain,y\r\n');
    expect((await folder.preview(path)).rows).toEqual([
      ['a, "b"\nc', 'x'],
      ['plain', 'y'],
    ]);
  });

  it('a target by its name, y after others, and a column that stands alone as an input', async () => {
    const rows = Array.from({ length: 30 }, (_, at) => `${at / 7},${at / 3},${'ab'[at % 2]},${at % 5}`);
    const rolesIn = async (...lines: readonly string[]) =>
      (await folder.preview(await folder.write('roles.csv', lines.join('\n')))).columns.map(
        ({ role }) => role,
      );
    expect(await rolesIn('x,y,label,n', ...rows)).toEqual(['input', 'input', 'target', 'input']);
    expect(await rolesIn('x,y,other,n', ...rows)).toEqual(['input', 'target', 'input', 'input']);
    const one = rows.map((row) => row.replace(/,[ab],/, ',a,'));
    expect(await rolesIn('x,z,label,n', ...one)).toEqual(['input', 'input', 'target', 'input']);
    expect(await rolesIn('price', ...rows.map((row) => row.split(',')[0]))).toEqual(['input']);
  });

  it('numbers of a target with few values as classes, others as quantities', async () => {
    const few = await folder.write('few.csv', 'a,y\n1.5,0\n2.5,1\n3.5,0\n');
    const many = await folder.write(
      'many.csv',
      `a,y\n${Array.from({ length: 40 }, (_, at) => `${at}.5,${at}`).join('\n')}`,
    );
    expect((await folder.preview(few)).columns[1]).toMatchObject({ kind: 'category', role: 'target' });
    expect((await folder.preview(many)).columns[1]).toMatchObject({ kind: 'number', role: 'target' });
  });

  it('names that are missing or repeated, which it makes up and tells', async () => {
    const { columns, warnings } = await folder.preview(
      await folder.write('names.csv', 'a,a,class\n1,2,x\n3,4,y\n'),
      { header: 'names' },
    );
    expect(columns.map(({ name }) => name)).toEqual(['a', 'a_2', 'class']);
    expect(warnings).toMatchObject([{ code: 'COLUMN_NAME' }]);
  });
});

describe('rows that are not as they should be', () => {
  it('are left out and told with their line', async () => {
    const path = await folder.write('ragged.csv', 'a,b,class\n1,2,x\n3,y\n4,5,6,z\n7,8,y\n9,1,x\n');
    const { skipped, skippedTotal, schema } = await folder.import(path);
    expect(skipped.map(({ code, message }) => [code, message])).toEqual([
      ['CSV_RAGGED_ROW', 'Line 3 has 2 values instead of 3.'],
      ['CSV_RAGGED_ROW', 'Line 4 has 4 values instead of 3.'],
    ]);
    expect(skippedTotal).toBe(2);
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(3);
  });

  it('end the import where the person wants that', async () => {
    const other = await ImportFolder.create();
    const path = await other.write('ragged.csv', 'a,b,class\n1,2,x\n3,y\n7,8,y\n9,1,x\n');
    expect(await other.refusal(path, { onBadRow: 'stop' })).toMatchObject({ code: 'CSV_RAGGED_ROW' });
    await other.remove();
  });

  it('with a text among numbers', async () => {
    const numbers = Array.from({ length: 30 }, (_, at) => `${at + 0.5},${at % 2}`);
    const path = await folder.write('typo.csv', ['a,y', ...numbers, '1o,1'].join('\n'));
    const { skipped } = await folder.import(path);
    expect(skipped).toMatchObject([{ code: 'CELL_TYPE', got: '1o', where: 'row 31, column "a"' }]);
  });
});

describe('a table that cannot be imported', () => {
  it.each([
    ['nothing at all', '', 'SOURCE_EMPTY'],
    ['names and no rows', 'a,b,class\n', 'CSV_NO_ROWS'],
    ['a compressed file that ends early', gzipSync(TABLE.repeat(5000)).subarray(0, 400), 'SOURCE_TRUNCATED'],
  ])('%s', async (name, content, code) => {
    const other = await ImportFolder.create();
    const path = await other.write('table.csv', content);
    const options = name === 'nothing at all' ? {} : { source: { options: { header: 'names' } } };
    expect(await other.refusal(path, options)).toMatchObject({ code });
    await other.remove();
  });

  it('bytes that the encoding does not allow', async () => {
    const other = await ImportFolder.create();
    const path = await other.write('latin.csv', Buffer.from('a,class\n1,ä\n2,ö\n', 'latin1'));
    const problem = await other.refusal(path, { source: { options: { encoding: 'utf-8' } } });
    expect(problem).toMatchObject({ code: 'TEXT_ENCODING' });
    await other.remove();
  });

  it('one row without missing values', async () => {
    const other = await ImportFolder.create();
    const path = await other.write('table.csv', 'a,b,class\n1,,x\n2,3,y\n3,,x\n');
    expect(await other.refusal(path, { missing: 'drop-row' })).toMatchObject({
      code: 'IMPORT_NO_ROWS',
      got: '1 row; the first problem: Row 1 has no value in column "b".',
    });
    await other.remove();
  });
});
