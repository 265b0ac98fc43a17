import { StrataError } from '../../core/errors.ts';
import { text } from '../../core/fields.ts';
import { openTree } from '../sources/archive.ts';
import { defineFormat, NOT_RECOGNISED, type Cell, type Reader, type RowBatch } from '../format.ts';
import { contentBytes, type Source } from '../sources/source.ts';
import { uniqueNames } from '../tables/table.ts';
import { BATCH_ROWS, cellOf, SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';
import { isZip } from '../sources/zip.ts';

export default defineFormat({
  id: 'xlsx',
  title: 'Excel workbook',
  doc: 'One sheet of an Excel workbook (`.xlsx`). The first row names the columns; formulas count with the value that is stored.',
  fields: {
    sheet: text({
      label: 'Sheet',
      help: 'Name of the sheet; empty for the first one.',
      default: '',
    }),
  },

  async recognise(source) {
    if (!isZip(source)) return NOT_RECOGNISED;
    const tree = await openTree(source);
    tree.close();
    if (!tree.paths.includes('xl/workbook.xml')) return NOT_RECOGNISED;
    return { confidence: 1, reasons: ['The archive holds an Excel workbook.'] };
  },

  detect: async () => ({}),

  async open(source, { sheet }) {
    return openSheet(source, sheet);
  },
});

async function openSheet(source: Source, wanted: string): Promise<Reader> {
  const sheets = await sheetsOf(source);
  const chosen = wanted === '' ? sheets[0] : sheets.find(({ sheet }) => sheet === wanted);
  if (!chosen) {
    throw new StrataError({
      code: 'XLSX_SHEET',
      message: `The workbook has no sheet called "${wanted}".`,
      where: source.path,
      got: wanted,
      expected: sheets.map(({ sheet }) => sheet).join(', '),
      fix: 'Choose one of its sheets.',
    });
  }
  const [first = [], ...below] = chosen.data;
  const { names, warnings } = uniqueNames(
    first.map((cell) => String(cell ?? '')),
    `${source.path}, sheet ${chosen.sheet}`,
  );
  const table = below.map((row) => names.map((_, at) => cellOf(row[at])));
  if (table.length === 0) {
    throw new StrataError({
      code: 'XLSX_NO_ROWS',
      message: 'The sheet has no rows below its first one.',
      where: `${source.path}, sheet ${chosen.sheet}`,
      expected: 'a row of names and rows of values',
      fix: 'Choose another sheet.',
    });
  }
  return typedReader({
    names,
    sample: table.slice(0, SAMPLE_ROWS),
    totalRows: table.length,
    totalWork: table.length,
    reasons: [
      `The sheet "${chosen.sheet}" is read${sheets.length > 1 ? `; there are ${sheets.length}` : ''}.`,
    ],
    warnings,
    rows: () => batchesOf(table),
  });
}

async function* batchesOf(table: readonly (readonly Cell[])[]): AsyncIterable<RowBatch> {
  for (let start = 0; start < table.length; start += BATCH_ROWS) {
    const rows = table.slice(start, start + BATCH_ROWS);
    yield { rows, problems: [], done: start + rows.length };
  }
}

async function sheetsOf(source: Source) {
  const { default: readWorkbook } = await import('read-excel-file/node');
  try {
    return await readWorkbook(await contentBytes(source));
  } catch (cause) {
    throw new StrataError(
      {
        code: 'XLSX_DAMAGED',
        message: 'The workbook cannot be read.',
        where: source.path,
        got: (cause as Error).message,
        fix: 'Open it in a spreadsheet program and save it again, or save the sheet as CSV.',
      },
      { cause },
    );
  }
}
