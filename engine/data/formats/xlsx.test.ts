import { zipSync } from 'fflate';
import writeWorkbook from 'write-excel-file/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { IRIS_COLUMNS, IRIS_ROWS, IRIS_TEXTS } from '../../../tests/harness/iris-rows.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const NAMES = ['width', 'petals', 'species', 'wild'] as const;
const cells = [
  NAMES.map((value) => ({ value })),
  ...IRIS_ROWS.map((row) => NAMES.map((name) => (row[name] === null ? null : { value: row[name] }))),
];

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

interface Parts {
  readonly properties?: string;
  /** `name="…"` and what else is said of a sheet. */
  readonly sheets: readonly { readonly attributes: string; readonly xml: string; readonly kind?: string }[];
  readonly strings?: string;
  readonly styles?: string;
}

/** A workbook as programs write it, of the XML of its parts. */
function workbook({ properties = '', sheets, strings, styles }: Parts): Uint8Array {
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONSHIPS}/${kind}" Target="${target}"/>`;
  const named = sheets.map(
    ({ attributes }, at) => `<sheet ${attributes} sheetId="${at + 1}" r:id="rId${at}"/>`,
  );
  const files = {
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}">${properties}<sheets>${named.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${[
      ...sheets.map(({ kind = 'worksheet' }, at) => relation(`rId${at}`, kind, `/xl/sheets/${at}.xml`)),
      relation('strings', 'sharedStrings', 'sharedStrings.xml'),
      relation('styles', 'styles', 'styles.xml'),
    ].join('')}</Relationships>`,
    ...(strings && { 'xl/sharedStrings.xml': `<sst>${strings}</sst>` }),
    ...(styles && { 'xl/styles.xml': `<styleSheet>${styles}</styleSheet>` }),
    ...Object.fromEntries(sheets.map(({ xml }, at) => [`xl/sheets/${at}.xml`, xml])),
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, xml]) => [name, Buffer.from(xml)])));
}

/** A sheet of rows of cells, each with its place; a text stands in its cell. Empty ones are left away. */
function sheet(rows: readonly (readonly (string | number | null)[])[], behind = ''): string {
  const cell = (value: string | number | null, place: string): string => {
    if (value === null) return '';
    return typeof value === 'number'
      ? `<c r="${place}"><v>${value}</v></c>`
      : `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
  };
  const xml = rows.map(
    (cells, row) =>
      `<row r="${row + 1}">${cells.map((value, at) => cell(value, `${'ABCDEF'[at]}${row + 1}`)).join('')}</row>`,
  );
  return `<worksheet xmlns="${MAIN}"><sheetData>${xml.join('')}</sheetData>${behind}</worksheet>`;
}

const TABLE = [
  ['size', 'name'],
  [1, 'a'],
  [2, 'b'],
  [3, 'a'],
];
const sized = [
  ['1', 'a'],
  ['2', 'b'],
  ['3', 'a'],
];

describe('an Excel workbook', () => {
  it('is read from its first sheet, or the one that is named', async () => {
    const notes = [[{ value: 'note' }], [{ value: 'nothing' }], [{ value: 'here' }]];
    const path = await folder.write(
      'book.xlsx',
      await (
        await writeWorkbook([
          { data: cells, sheet: 'iris' },
          { data: notes, sheet: 'notes' },
        ])
      ).toBuffer(),
    );
    const { format, columns, rows, totalRows } = await folder.preview(path);
    expect({ format, totalRows }).toEqual({ format: 'xlsx', totalRows: 4 });
    expect(columns).toMatchObject(IRIS_COLUMNS);
    expect(rows).toEqual(IRIS_TEXTS);
    expect((await folder.preview(path, { sheet: 'notes' })).rows).toEqual([['nothing'], ['here']]);
    await expect(folder.preview(path, { sheet: 'other' })).rejects.toMatchObject({
      code: 'XLSX_SHEET',
      problem: { expected: 'iris, notes' },
    });
  });

  it('in an archive is read as if it lay alone', async () => {
    const book = await (await writeWorkbook([{ data: cells, sheet: 'iris' }])).toBuffer();
    const path = await folder.write('books.zip', zipSync({ 'book.xlsx': book }));
    const { format, rows } = await folder.preview(path);
    expect(format).toBe('xlsx');
    expect(rows).toEqual(IRIS_TEXTS);
  });

  it('that is none inside is refused', async () => {
    const path = await folder.write('fake.xlsx', zipSync({ 'xl/workbook.xml': Buffer.from('<nothing') }));
    await expect(folder.preview(path)).rejects.toMatchObject({ code: 'XLSX_DAMAGED' });
  });

  it('shows the first sheet with a table that is not hidden, charts aside', async () => {
    const path = await folder.write(
      'sheets.xlsx',
      workbook({
        sheets: [
          { attributes: 'name="Chart"', xml: '<chartsheet/>', kind: 'chartsheet' },
          { attributes: 'name="Lists" state="hidden"', xml: sheet(TABLE) },
          { attributes: 'name="Empty"', xml: sheet([]) },
          { attributes: 'name="About"', xml: sheet([['These are'], ['remarks']]) },
          { attributes: 'name="R &amp; D"', xml: sheet(TABLE) },
        ],
      }),
    );
    const { rows, reasons } = await folder.preview(path);
    expect(rows).toEqual(sized);
    expect(reasons).toContain('The sheet "R & D" is read, and not "Lists" (hidden), "Empty", "About".');
    expect((await folder.preview(path, { sheet: 'Lists' })).rows).toEqual(sized);
  });

  it('may have titles, empty rows and columns around its table', async () => {
    const moved = TABLE.map((row) => [null, ...row]);
    const rows = [[null], [null, 'Report of 2024'], [null], moved[0], moved[1], [null], moved[2], moved[3]];
    const path = await folder.write(
      'title.xlsx',
      workbook({ sheets: [{ attributes: 'name="S"', xml: sheet(rows) }] }),
    );
    const { rows: read, options, totalRows } = await folder.preview(path);
    expect(read).toEqual(sized);
    expect([options.skip, totalRows]).toEqual([1, 3]);
  });

  it('may have no names, or years as names', async () => {
    const book = (rows: (string | number)[][]) =>
      workbook({ sheets: [{ attributes: 'name="S"', xml: sheet(rows) }] });
    const bare = await folder.preview(
      await folder.write(
        'bare.xlsx',
        book([
          [1, 'a'],
          [2, 'b'],
        ]),
      ),
    );
    expect([bare.options.header, bare.totalRows]).toEqual(['values', 2]);
    const years = await folder.preview(
      await folder.write(
        'years.xlsx',
        book([
          ['country', 2019, 2020],
          ['A', 1, 2.5],
          ['B', 2, 3.5],
        ]),
      ),
    );
    expect(years.columns.map(({ name }) => name)).toEqual(['country', '2019', '2020']);
  });

  it('has dates, times, percents, truth values, errors and texts of all forms', async () => {
    const styles =
      '<numFmts><numFmt numFmtId="164" formatCode="[$-407]d/\\ mmm"/><numFmt numFmtId="165" formatCode="[h]:mm"/>' +
      '<numFmt numFmtId="166" formatCode="[Red]0.0&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
      `<cellXfs>${[0, 22, 164, 165, 166, 10].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs>`;
    const strings =
      '<si><t>when</t></si><si><r><t xml:space="preserve">rich </t></r><r><t>&lt;text&gt;_x000D_</t></r>' +
      '<rPh sb="0" eb="1"><t>spoken</t></rPh></si>';
    const names = ['day', 'span', 'days', 'share', 'told', 'ok', 'bad', 'made']
      .map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`)
      .join('');
    const row =
      '<c s="1"><v>45292.604166666664</v></c><c s="2"><v>45292</v></c><c s="3"><v>1.25</v></c><c s="4"><v>3</v></c><c s="5"><v>0.25</v></c>' +
      '<c t="s"><v>1</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>A1</f><v>x</v></c>';
    // Places may be left away.
    const xml = `<x:worksheet xmlns:x="${MAIN}"><x:sheetData><row><c t="s"><v>0</v></c>${names}</row><row>${row}</row></x:sheetData></x:worksheet>`;
    const content = { sheets: [{ attributes: 'name="S"', xml }], strings, styles };
    const { rows } = await folder.preview(await folder.write('types.xlsx', workbook(content)));
    const times = ['2024-01-01T14:30:00.000Z', '2024-01-01T00:00:00.000Z'];
    const values = ['30', '3', '0.25', 'rich <text>', 'true', '', 'x'];
    expect(rows).toEqual([[...times, ...values]]);
    const since1904 = { ...content, properties: '<workbookPr date1904="1"/>' };
    const { rows: later } = await folder.preview(await folder.write('1904.xlsx', workbook(since1904)));
    expect(later[0].slice(0, 3)).toEqual(['2028-01-02T14:30:00.000Z', '2028-01-02T00:00:00.000Z', '30']);
  });

  it('shows merged cells in all their rows', async () => {
    const rows = [
      ['region', 'size'],
      ['north', 1],
      [null, 2],
      [null, 3],
      ['south', 4],
      [null, 5],
    ];
    const merged = '<mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>';
    const xml = sheet(rows, merged);
    const path = await folder.write('merged.xlsx', workbook({ sheets: [{ attributes: 'name="S"', xml }] }));
    expect((await folder.preview(path)).rows.map(([region]) => region)).toEqual([
      'north',
      'north',
      'north',
      'south',
      '',
    ]);
  });

  it('tells of formulas without values', async () => {
    const xml = sheet([
      ['size', 'sum'],
      [1, 'F'],
      [2, 'F'],
    ]).replaceAll('t="inlineStr"><is><t>F</t></is>', '><f>A1</f><v></v>');
    const path = await folder.write('open.xlsx', workbook({ sheets: [{ attributes: 'name="S"', xml }] }));
    expect((await folder.preview(path)).warnings).toMatchObject([
      { code: 'XLSX_NOT_CALCULATED', message: expect.stringContaining('"sum"') as string },
    ]);
  });

  it('takes an empty text for the value of a formula', async () => {
    const xml = sheet([...TABLE, [4, 'F']]).replace(
      't="inlineStr"><is><t>F</t></is>',
      't="str"><f>A1</f><v></v>',
    );
    const path = await folder.write('empty.xlsx', workbook({ sheets: [{ attributes: 'name="S"', xml }] }));
    const { warnings, rows } = await folder.preview(path);
    expect([warnings, rows.at(-1)]).toEqual([[], ['4', '']]);
  });

  it('of many rows is read piece by piece, and tells of values beside its table', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => [at, 'ab'[at % 2]]);
    const xml = sheet([['size', 'name'], ...rows, [1, 'a', 'stray']]);
    const path = await folder.write('long.xlsx', workbook({ sheets: [{ attributes: 'name="S"', xml }] }));
    const { schema, skipped } = await folder.import(path, { split: { validation: 0, test: 0, seed: 1 } });
    expect(schema.rows.train).toBe(20_001);
    expect(skipped).toMatchObject([
      { code: 'XLSX_CELL_BESIDE', where: `${path}, sheet S, row 20002`, got: 'stray' },
    ]);
  });

  it('with a note beside a few rows predicts no notes', async () => {
    const xml = sheet([...TABLE, [4, 'b', 'late'], [5, 'a', 'ill']]);
    const path = await folder.write('notes.xlsx', workbook({ sheets: [{ attributes: 'name="S"', xml }] }));
    expect((await folder.preview(path)).columns.map(({ role }) => role)).toEqual([
      'input',
      'target',
      'input',
    ]);
  });

  it('with a damaged sheet is refused', async () => {
    const xml = sheet(TABLE).replace('</row><row r="3">', '</x><row r="3">');
    const path = await folder.write('cut.xlsx', workbook({ sheets: [{ attributes: 'name="S"', xml }] }));
    expect(await folder.refusal(path)).toMatchObject({ code: 'XLSX_DAMAGED' });
    const cut = sheet(TABLE).replace(/<.c><.row><.sheetData>.*/, '');
    const short = await folder.write(
      'end.xlsx',
      workbook({ sheets: [{ attributes: 'name="S"', xml: cut }] }),
    );
    expect(await folder.refusal(short)).toMatchObject({ code: 'XLSX_DAMAGED', got: 'It ends too early.' });
  });

  it('with a row that does not end is refused soon', async () => {
    const xml = sheet(TABLE).replace(
      '</sheetData>',
      `<row><c><v>${'1'.repeat(2 ** 26)}</v></c></row></sheetData>`,
    );
    const path = await folder.write('row.xlsx', workbook({ sheets: [{ attributes: 'name="S"', xml }] }));
    expect(await folder.refusal(path)).toMatchObject({ code: 'XLSX_DAMAGED' });
  });

  it('without rows says so', async () => {
    const xml = sheet([['size', 'name']]);
    const path = await folder.write('names.xlsx', workbook({ sheets: [{ attributes: 'name="S"', xml }] }));
    expect(await folder.refusal(path)).toMatchObject({ code: 'XLSX_NO_ROWS' });
  });
});
