import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preview } from '../preview.ts';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

const ROWS = ['1.5,a,x', '2.5,b,y', '3.5,a,x', '4.5,b,y'];
const TABLE = ['size,colour,class', ...ROWS].join('\n');

/** What a file of this content is read as. */
async function read(name: string, content: string, options: Record<string, unknown> = {}) {
  const path = await folder.write(name, content);
  const { columns, warnings, reasons, ...found } = await preview({ path, format: 'csv', options });
  return {
    options: found.options,
    rows: found.rows,
    names: columns.map((column) => column.name),
    kinds: columns.map((column) => column.kind),
    reasons,
    warnings,
  };
}

describe('delimiters beyond the usual', () => {
  it.each([
    ['^', '^'],
    ['~', '~'],
    [':', ':'],
    ['::', '::'],
    ['||', '||'],
    ['§', '§'],
    ['\x01', '\\x01'],
    ['\x1f', '\\x1f'],
  ])('%j is found', async (characters, sign) => {
    const { options, names, kinds, rows } = await read('found.csv', TABLE.replaceAll(',', characters));
    expect(options).toMatchObject({ delimiter: 'other', sign, header: 'names' });
    expect(names).toEqual(['size', 'colour', 'class']);
    expect(kinds).toEqual(['number', 'category', 'category']);
    expect(rows[1]).toEqual(['2.5', 'b', 'y']);
  });

  it.each([
    ['@', '@'],
    ['\\x02', '\x02'],
    ['\\u2028', '\u2028'],
    [' - ', ' - '],
    ['\\t\\t', '\t\t'],
  ])('%j can be given', async (sign, characters) => {
    const content = ['size,colour,class', ...ROWS].join('\n').replaceAll(',', characters);
    const { names, rows } = await read('given.csv', content, { delimiter: 'other', sign });
    expect(names).toEqual(['size', 'colour', 'class']);
    expect(rows[3]).toEqual(['4.5', 'b', 'y']);
  });

  it('that are none leave each line a value', async () => {
    const { names } = await read('lines.csv', TABLE, { delimiter: 'other', sign: '' });
    expect(names).toHaveLength(1);
  });

  it('cannot be a quotation mark or a line end', async () => {
    const path = await folder.write('quote.csv', TABLE);
    const options = { delimiter: 'other', sign: '"' };
    await expect(folder.preview(path, options)).rejects.toMatchObject({ code: 'CSV_DELIMITER' });
  });

  it('do not take times apart, nor addresses', async () => {
    expect((await read('times.csv', '10:15:00\n11:20:30\n12:00:01\n')).names).toHaveLength(1);
    expect((await read('timed.csv', '10:15,4.5,x\n11:20,5.5,y\n12:00,6.5,x\n')).names).toHaveLength(3);
  });

  it('are tabs rather than the spaces of sentences between them', async () => {
    const lines = Array.from({ length: 20 }, (_, at) => `${at}\tthis is a sentence\tb${at % 2}`);
    const { options } = await read('sentences.tsv', lines.join('\n'));
    expect(options).toMatchObject({ delimiter: 'tab' });
  });

  it('of empty columns stay single', async () => {
    const { options, names } = await read('empty.csv', 'a|b|c\n1||x\n2||y\n');
    expect(options).toMatchObject({ delimiter: 'pipe' });
    expect(names).toEqual(['a', 'b', 'c']);
  });
});

describe('what stands before a table', () => {
  it.each([
    ['remarks', '# made by a program, on Monday\n# 4 rows\n', 2],
    ['remarks as LaTeX has them', '% made by a program\n', 1],
    ['a title, and who wrote it', 'Flowers\nBy somebody, 2021\n\n', 2],
    ['a title with empty cells, as Excel writes it', 'Flowers,,\n', 1],
  ])('%s', async (_, before, skip) => {
    const { options, names, rows, reasons } = await read('before.csv', before + TABLE);
    expect(options).toMatchObject({ delimiter: 'comma', skip, header: 'names' });
    expect(names).toEqual(['size', 'colour', 'class']);
    expect(rows).toHaveLength(4);
    expect(reasons.join(' ')).toMatch(/left out/);
  });

  it('what tells Excel the delimiter', async () => {
    const { options, names } = await read('sep.csv', `sep=;\r\n${TABLE.replaceAll(',', ';')}`);
    expect(options).toMatchObject({ delimiter: 'semicolon', skip: 1 });
    expect(names).toEqual(['size', 'colour', 'class']);
  });

  it('is no name of a column that begins like a remark', async () => {
    const { options, names } = await read('number.csv', '#,name,hp\n1,ab,45\n2,ac,60\n3,ad,80\n');
    expect(options).toMatchObject({ skip: 0, header: 'names' });
    expect(names).toEqual(['#', 'name', 'hp']);
  });

  it('is no first row of values that is ragged', async () => {
    const path = await folder.write('ragged.csv', ['9.5,z', ...ROWS].join('\n'));
    const { skipped } = await folder.import(path);
    expect(skipped).toMatchObject([{ code: 'CSV_RAGGED_ROW', where: `${path}, line 1` }]);
  });
});

describe('a row of names with one name', () => {
  const rows = ['"1",5.1,"x"', '"2",4.9,"y"', '"3",4.7,"x"'];

  it('less, where R wrote it', async () => {
    const { options, names, warnings } = await read('r.csv', ['"size","class"', ...rows].join('\n'));
    expect(options).toMatchObject({ skip: 0, header: 'names' });
    expect(names).toEqual(['column 1', 'size', 'class']);
    expect(warnings.map(({ code }) => code)).toEqual(['COLUMN_NAME']);
  });

  it('less, where a delimiter ends each row', async () => {
    const { names } = await read('ended.csv', ['row,size,class', ...rows.map((row) => `${row},`)].join('\n'));
    expect(names).toEqual(['row', 'size', 'class', 'column 4']);
  });

  it('more, where a delimiter ends it', async () => {
    const { names } = await read('more.csv', ['row,size,class,', ...rows].join('\n'));
    expect(names).toEqual(['row', 'size', 'class']);
  });
});

describe('bytes that are zero', () => {
  it('in one line lose that line and no other', async () => {
    const path = await folder.write('nul.csv', [...TABLE.split('\n'), '7.5,\0,x', ...ROWS].join('\n'));
    const { schema, skipped } = await folder.import(path);
    expect(schema.rows).toEqual({ train: 4, validation: 2, test: 2 });
    expect(skipped).toMatchObject([{ code: 'CSV_NUL', where: `${path}, line 6` }]);
  });
});

describe('numbers that begin with zeros', () => {
  it('are names, such as postcodes, and hours are numbers', async () => {
    const rows = Array.from({ length: 30 }, (_, at) => `0${501 + (at % 3)},0${at % 10},${at % 2}`);
    const { columns, reasons } = await folder.preview(
      await folder.write('zip.csv', ['zip,hour,class', ...rows].join('\n')),
    );
    expect(columns.map(({ kind, role }) => [kind, role])).toEqual([
      ['category', 'input'],
      ['number', 'input'],
      ['category', 'target'],
    ]);
    expect(reasons).toContain('Column "zip" has numbers that begin with zeros: names, not amounts.');
  });
});

describe('long lines', () => {
  it('of a table with 40,000 columns', async () => {
    const line = (sign: string) => Array.from({ length: 40_000 }, (_, at) => `${sign}${at}`).join('\t');
    const { names, rows } = await read('wide.tsv', [line('gene_'), line('1.'), line('2.')].join('\n'));
    expect(names.at(-1)).toBe('gene_39999');
    expect(rows.map((row) => row.at(-1))).toEqual(['1.39999', '2.39999']);
  });
});
