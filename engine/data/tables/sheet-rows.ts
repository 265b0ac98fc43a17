import type { Cell } from '../format.ts';
import { contentBytes, type Source } from '../sources/source.ts';
import { elementsOf, readXml } from '../sources/xml.ts';
import { cellOf } from './typed-table.ts';
import { CellTexts, damaged, type Workbook, type WorkbookSheet } from './workbook.ts';

/** A row of a sheet that is not empty. */
export interface SheetRow {
  /** As the spreadsheet program counts. */
  readonly number: number;
  /** By column, as far as there are any: undefined where nothing is, null where a value is missing or an error. */
  readonly cells: readonly (Cell | undefined)[];
  /** Columns of formulas whose values are not stored. */
  readonly unsaved: readonly number[];
}

/** The rows of a sheet, and how many bytes of it have been read. Throws `XLSX_DAMAGED`. */
export async function* sheetRows(
  workbook: Workbook,
  { source }: WorkbookSheet,
): AsyncIterable<{ readonly rows: readonly SheetRow[]; readonly read: number }> {
  try {
    const rowsIn = rowReader(workbook);
    const merged = await mergedIn(source);
    for await (const { xml, read } of elementsOf(source, 'row')) {
      const rows = rowsIn(xml);
      if (merged.length > 0) fillMerged(rows, merged);
      yield { rows: rows.filter(({ cells, unsaved }) => cells.length + unsaved.length > 0), read };
    }
  } catch (cause) {
    throw damaged(source.path, cause);
  }
}

/** Reads rows from pieces of XML, one behind the other. Places may be left away where a row or cell follows the one before. */
function rowReader(workbook: Workbook): (xml: string) => SheetRow[] {
  const texts = new CellTexts();
  let [number, column] = [0, 0];
  let cells: (Cell | undefined)[] = [];
  let unsaved: number[] = [];
  let formula = false;
  let style: Style = {};
  return (xml) => {
    const rows: SheetRow[] = [];
    readXml(xml, {
      open(name, attributes) {
        texts.open(name);
        if (name === 'row') {
          number = Number(attributes().r ?? number + 1);
          [cells, unsaved, column] = [[], [], 0];
        } else if (name === 'c') {
          style = attributes();
          column = style.r === undefined ? column + 1 : columnOf(style.r);
          formula = false;
        } else if (name === 'f') formula = true;
      },
      text: (text) => texts.add(text),
      close(name) {
        texts.close(name);
        if (name === 'row') rows.push({ number, cells, unsaved });
        if (name !== 'c') return;
        const text = texts.take();
        if (text !== '') cells[column - 1] = valueOf(text, style, workbook);
        // An empty text is a value.
        else if (formula && style.t !== 'str') unsaved.push(column - 1);
      },
    });
    return rows;
  };
}

/** Attributes of a cell: its place, the type of its value and the number of its style. */
interface Style {
  readonly r?: string;
  readonly t?: string;
  readonly s?: string;
}

/** `B` of `B12` is 2. */
function columnOf(place: string): number {
  let column = 0;
  for (const letter of place) {
    const value = letter.charCodeAt(0) - 64;
    if (value < 1) break;
    column = column * 26 + value;
  }
  return column;
}

const DAY = 86_400_000;
/** Days that are no dates: times of day and durations. */
const FEW_DAYS = 61;

function valueOf(text: string, { t = 'n', s = '0' }: Style, { strings, dates, firstDay }: Workbook): Cell {
  if (t === 's') return cellOf(strings[Number(text)]);
  if (t === 'b') return cellOf(text === '1');
  if (t === 'e') return null;
  if (t !== 'n') return cellOf(text);
  const value = Number(text);
  if (!dates[Number(s)]) return cellOf(value);
  // Hours tell more than a day long ago. Fractions of days miss moments by less than a millisecond.
  if (value < FEW_DAYS) return value * 24;
  return cellOf(new Date(firstDay + Math.round((value * DAY) / 10) * 10));
}

interface Merged {
  readonly column: number;
  readonly from: number;
  readonly to: number;
  value?: Cell;
}

/** Larger sheets are not made by hand. */
const MOST_MERGED_BYTES = 2 ** 24;

/** Cells that are merged with ones below them. They are listed behind the rows. */
async function mergedIn(source: Source): Promise<Merged[]> {
  if (source.bytes > MOST_MERGED_BYTES) return [];
  const xml = (await contentBytes(source)).toString('latin1');
  const behind = xml.slice(Math.max(0, xml.lastIndexOf('</row>')));
  return Array.from(
    behind.matchAll(/mergeCell\s[^>]*?ref="([A-Z]+)(\d+):[A-Z]+(\d+)"/g),
    ([, letters, from, to]) => ({
      column: columnOf(letters) - 1,
      from: Number(from),
      to: Number(to),
    }),
  ).filter(({ from, to }) => to > from);
}

/** What is merged shows one value for all its rows. */
function fillMerged(rows: readonly SheetRow[], merged: readonly Merged[]): void {
  for (const { number, cells } of rows) {
    for (const range of merged) {
      if (number === range.from) range.value = cells[range.column];
      const inside = number > range.from && number <= range.to;
      if (inside && range.value !== undefined && cells.length > 0)
        (cells as (Cell | undefined)[])[range.column] = range.value;
    }
  }
}
