import { StrataError, type Problem } from '../../core/errors.ts';
import { text, type ParamsOf } from '../../core/fields.ts';
import { defineFormat, NOT_RECOGNISED, type Cell, type Reader, type RowBatch } from '../format.ts';
import { openTree } from '../sources/archive.ts';
import type { Source } from '../sources/source.ts';
import { isZip } from '../sources/zip.ts';
import { headFields } from '../tables/head-fields.ts';
import { hasNames, titleRows } from '../tables/sheet-head.ts';
import { sheetRows, type SheetRow } from '../tables/sheet-rows.ts';
import { uniqueNames } from '../tables/table.ts';
import { SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';
import { isWorkbook, openWorkbook, type Workbook, type WorkbookSheet } from '../tables/workbook.ts';

const fields = {
  sheet: text({
    label: 'Sheet',
    help: 'Name of the sheet; empty for the first one with a table that is not hidden.',
    default: '',
  }),
  ...headFields,
};
type Options = ParamsOf<typeof fields>;

export default defineFormat({
  id: 'xlsx',
  title: 'Excel workbook',
  doc:
    'One sheet of an Excel workbook (`.xlsx`). The first row names the columns; empty rows, and titles above it, are left out. Formulas count ' +
    'with the value that is stored, errors such as #N/A as missing, times of day and durations as hours, and merged cells for all their rows.',
  fields,

  async recognise(source) {
    if (!isZip(source)) return NOT_RECOGNISED;
    const tree = await openTree(source);
    tree.close();
    if (!isWorkbook(tree)) return NOT_RECOGNISED;
    return { confidence: 1, reasons: ['It is an Excel workbook.'] };
  },

  async detect(source, given) {
    const { first } = await sheetOf(source, (given.sheet as string | undefined) ?? '');
    const cells = first.map((row) => row.cells);
    const skip = (given.skip as number | undefined) ?? titleRows(cells);
    return { skip, header: hasNames(cells.slice(skip)) ? 'names' : 'values' } as const;
  },

  async open(source, options) {
    return openSheet(source, await sheetOf(source, options.sheet), options);
  },
});

interface Chosen {
  readonly workbook: Workbook;
  readonly sheet: WorkbookSheet;
  readonly first: readonly SheetRow[];
}

/** The sheet of a name, or the first one with a table where that is empty. Throws `XLSX_SHEET` or `XLSX_NO_ROWS`. */
async function sheetOf(source: Source, wanted: string): Promise<Chosen> {
  const workbook = await openWorkbook(source);
  const { sheets } = workbook;
  const possible = wanted === '' ? sheets : sheets.filter(({ name }) => name === wanted);
  if (possible.length === 0) throw noSheet(source, wanted, sheets);
  let best: Chosen | undefined;
  for (const sheet of possible.toSorted((a, b) => Number(a.hidden) - Number(b.hidden))) {
    const first = await firstRows(workbook, sheet);
    if (first.length === 0) continue;
    best ??= { workbook, sheet, first };
    // Remarks are a column of texts.
    if (first.length > 1 && first.some(({ cells }) => cells.length > 1)) return { workbook, sheet, first };
  }
  if (!best) throw noRows(source.path);
  return best;
}

async function firstRows(workbook: Workbook, sheet: WorkbookSheet): Promise<SheetRow[]> {
  const first: SheetRow[] = [];
  for await (const { rows } of sheetRows(workbook, sheet)) {
    first.push(...rows);
    if (first.length > SAMPLE_ROWS) break;
  }
  return first;
}

function openSheet(source: Source, { workbook, sheet, first }: Chosen, { skip, header }: Options): Reader {
  const where = `${source.path}, sheet ${sheet.name}`;
  const said = header === 'names' ? (first[skip]?.cells ?? []) : [];
  const before = skip + (header === 'names' ? 1 : 0);
  const below = first.slice(before);
  if (below.length === 0) throw noRows(where);
  const used = usedColumns([said, ...below.map(({ cells }) => cells)]);
  const { names, warnings } = uniqueNames(
    used.map((at) => String(said[at] ?? '')),
    where,
  );
  const whole = first.length <= SAMPLE_ROWS;
  return typedReader({
    names,
    sample: below.map((row) => cellsOf(row, used)),
    totalRows: whole ? below.length : null,
    totalWork: sheet.source.bytes,
    reasons: [
      aboutSheets(sheet, workbook),
      ...(skip > 0 ? [`Rows above the table are left out (${skip}).`] : []),
    ],
    warnings: [...warnings, ...unsavedColumns(below, used, names, where)],
    async *rows(): AsyncIterable<RowBatch> {
      let left = before;
      for await (const { rows, read } of sheetRows(workbook, sheet)) {
        const own = rows.slice(left);
        left = Math.max(0, left - rows.length);
        yield {
          rows: own.map((row) => cellsOf(row, used)),
          problems: own.flatMap((row) => cellBeside(row, used, where) ?? []),
          done: read,
        };
      }
    },
  });
}

const cellsOf = ({ cells }: SheetRow, used: readonly number[]): Cell[] => used.map((at) => cells[at] ?? null);

/** Columns with a name or a value. */
function usedColumns(rows: readonly SheetRow['cells'][]): number[] {
  const used = new Set<number>();
  for (const cells of rows) for (const [at, cell] of cells.entries()) if (cell !== undefined) used.add(at);
  return [...used].sort((a, b) => a - b);
}

function aboutSheets({ name }: WorkbookSheet, { sheets }: Workbook): string {
  const others = sheets.filter((sheet) => sheet.name !== name);
  const told = others.map((sheet) => `"${sheet.name}"${sheet.hidden ? ' (hidden)' : ''}`).join(', ');
  return `The sheet "${name}" is read${told ? `, and not ${told}` : ''}.`;
}

/** A cell that is no part of the table that the first rows show. */
function cellBeside(
  { number, cells }: SheetRow,
  used: readonly number[],
  where: string,
): Problem | undefined {
  const at = cells.findIndex((cell, column) => cell !== undefined && !used.includes(column));
  if (at < 0) return undefined;
  return {
    code: 'XLSX_CELL_BESIDE',
    message: `Row ${number} has a value beside the table, which was left out.`,
    where: `${where}, row ${number}`,
    got: String(cells[at]),
    fix: 'Delete it, or give its column a name.',
  };
}

function unsavedColumns(
  rows: readonly SheetRow[],
  used: readonly number[],
  names: readonly string[],
  where: string,
): Problem[] {
  const unsaved = new Set(rows.flatMap((row) => row.unsaved));
  return names
    .filter((_, at) => unsaved.has(used[at]))
    .map((name) => ({
      code: 'XLSX_NOT_CALCULATED',
      message: `Column "${name}" has formulas whose values are not stored; they count as missing.`,
      where,
      fix: 'Open the workbook in a spreadsheet program and save it again.',
    }));
}

function noSheet({ path }: Source, wanted: string, sheets: readonly WorkbookSheet[]): StrataError {
  return new StrataError({
    code: 'XLSX_SHEET',
    message: `The workbook has no sheet called "${wanted}".`,
    where: path,
    got: wanted,
    expected: sheets.map(({ name }) => name).join(', '),
    fix: 'Choose one of its sheets.',
  });
}

function noRows(where: string): StrataError {
  return new StrataError({
    code: 'XLSX_NO_ROWS',
    message: 'There are no rows below the first one.',
    where,
    expected: 'a row of names and rows of values',
    fix: 'Choose another sheet.',
  });
}
