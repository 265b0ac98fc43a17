import { divisionBy, type Division } from './delimiters.ts';
import { cellsOf, wholeLines, SAMPLE_ROWS, usualWidth, type Quotes } from './dialect.ts';
import { isMissing, parseNumber } from './table.ts';

/** How a table in text seems to be written, by its first lines. */

interface Divided extends Division {
  readonly columns: number;
  /** Share of the lines that have so many columns. */
  readonly even: number;
}

/** Lines that delimiters are tried on, and characters of them. */
const LINES = 50;
const CHARACTERS = 2 ** 20;
/** Lines before a table that are none of its rows: remarks, and what tells Excel the delimiter. */
const REMARK = /^\s*(#|%|\/\/|sep=)/i;
const TOLD = /^sep=(.+?)\r?\n/i;
/** Share of the lines of a table that have as many values as most. */
export const MOSTLY_EVEN = 0.9;
/** Spaces and rare signs also stand inside of texts, so they must be nearly perfect to win. */
const NEARLY_ALL = 0.99;
const TIME = /^\d{1,2}(:\d{2}){1,2}/;
/** Signs that are found by themselves, beside the usual ones. */
const RARE = ['^', '~', '\u00a6', '§', '\x01', '\x1f', ':'];

/** The delimiter that the file tells, or that splits the first lines most evenly into most values: a usual one where one does. */
export function detectDelimiter(text: string): Divided {
  const told = TOLD.exec(text)?.[1];
  const lines = text.split('\n', 2 * LINES);
  const first = lines.findIndex((line) => !REMARK.test(line));
  const rows = lines.slice(Math.max(first, 0), Math.max(first, 0) + LINES);
  const start = wholeLines(rows.join('\n').slice(0, CHARACTERS));
  if (told) return divided(start, told);
  // Between tabs there may be sentences of as many words.
  const tabs = divided(start, '\t');
  const space = tabs.columns > 1 && tabs.even >= NEARLY_ALL ? [] : [' '];
  const usual = mostEven(start, [',', '\t', ';', twice('|', start), ...space]);
  if (usual.columns > 1 && usual.even >= MOSTLY_EVEN) return usual;
  // A colon parts times too.
  const signs = rows.some((line) => TIME.test(line)) ? RARE.slice(0, -1) : RARE;
  const doubled = signs.map((sign) => twice(sign, start));
  const rare = mostEven(start, doubled);
  return rare.columns > 1 && rare.even >= NEARLY_ALL ? rare : usual;
}

/** A sign, or two where it never stands alone. */
function twice(sign: string, text: string): string {
  const two = sign + sign;
  return text.includes(two) && !text.replaceAll(two, '').includes(sign) ? two : sign;
}

function mostEven(text: string, signs: readonly string[]): Divided {
  const score = ({ delimiter, columns, even }: Divided): number =>
    columns < 2 || (delimiter === 'space' && even < NEARLY_ALL) ? 0 : even + Math.min(columns, 50) / 1000;
  const none = { ...divisionBy(','), columns: 1, even: 1 };
  return signs
    .map((sign) => divided(text, sign))
    .reduce((best, next) => (score(next) > score(best) ? next : best), none);
}

function divided(text: string, sign: string): Divided {
  const division = divisionBy(sign);
  const cells = cellsOf(text, { ...division, quotes: 'hold', skip: 0 });
  const columns = usualWidth(cells);
  return { ...division, columns, even: cells.filter((row) => row.length === columns).length / cells.length };
}

/**
 * Quotation marks hold values together where more lines are then part of rows of the usual width. Where it makes no difference, they do if
 * every one that opens is closed: between tabs, where they are mostly signs of a sentence, at the end of the same line.
 */
export function detectQuotes(text: string, division: Division): Quotes {
  if (!text.includes('"')) return 'hold';
  const plain = cellsOf(text, { ...division, quotes: 'plain', skip: 0 });
  const held = cellsOf(text, { ...division, quotes: 'hold', skip: 0 });
  const gain = evenLines(held) - evenLines(plain);
  if (gain !== 0) return gain > 0 ? 'hold' : 'plain';
  const opened = (division.delimiter === 'tab' ? plain : held).flat().filter((cell) => cell.startsWith('"'));
  const closed =
    division.delimiter === 'tab' && opened.every((cell) => cell.length > 1 && cell.endsWith('"'));
  return closed || opened.length === 0 ? 'hold' : 'plain';
}

/** Lines in rows of the usual width. Rows of several lines reach further, so no more are counted than a sample has rows. */
function evenLines(cells: readonly (readonly string[])[]): number {
  const usual = usualWidth(cells);
  const even = cells.filter((row) => row.length === usual);
  const lines = even.reduce((sum, row) => sum + row.join('').split('\n').length, 0);
  return Math.min(lines, SAMPLE_ROWS);
}

const SENTENCE_END = /[.!?…;,。！？]\s*$/;

/** A first row of names has no numbers, and where there are none below it either, no gaps, repeats or sentences and no values of other rows. */
export function hasHeader(cells: readonly (readonly string[])[]): boolean {
  const first = namesOf(cells);
  const [said = [], ...rest] = cells;
  const names = first.filter((cell) => cell.trim() !== '');
  if (names.length === 0) return false;
  if (names.some((cell) => isMissing(cell) || !Number.isNaN(parseNumber(cell)))) return false;
  const body = rest.filter((row) => row.length === first.length);
  const numericBelow = first.some((name, at) => {
    const values = body.map((row) => row[at]).filter((cell) => !isMissing(cell));
    return (
      name.trim() !== '' && values.length > 0 && values.every((cell) => !Number.isNaN(parseNumber(cell)))
    );
  });
  // A row that says names over numbers may leave some out, or say one twice.
  if (numericBelow) return true;
  if (
    new Set(names).size < Math.min(said.length, first.length) ||
    names.some((cell) => SENTENCE_END.test(cell))
  )
    return false;
  const repeated = first.some((cell, at) => body.some((row) => row[at] === cell));
  return !repeated && first.every((cell) => cell.length < 40);
}

/** Rows before a table that it may have: more are no title. */
const MOST_BEFORE = 50;

/** Rows before the table: remarks and titles above its row of names, or what says how many rows and features there are. */
export function detectSkip(cells: readonly (readonly string[])[]): number {
  if (tellsCounts(cells)) return 1;
  const width = usualWidth(cells);
  const isRemark = (row: readonly string[], at: number) =>
    REMARK.test(row[0]) && (row.length !== width || hasHeader(cells.slice(at + 1)));
  const remarks = cells.findIndex((row, at) => !isRemark(row, at));
  const table = cells.findIndex(
    (row) => row.length === width && row.filter((cell) => cell.trim() !== '').length > 1,
  );
  const titles = table - Math.max(remarks, 0);
  // R gives the column of its row names no name.
  const unnamed = titles === 1 && width > 2 && cells[table - 1].length === width - 1;
  const below = cells.slice(table);
  const titled =
    titles > 0 && table <= MOST_BEFORE && !unnamed && width > 1 && isEven(below) && hasHeader(below);
  return titled ? table : Math.max(remarks, 0);
}

/** Whether nearly all rows have as many values as most. */
const isEven = (cells: readonly (readonly string[])[]): boolean => {
  const width = usualWidth(cells);
  return cells.filter((row) => row.length === width).length >= MOSTLY_EVEN * cells.length;
};

/**
 * What a first row of names says of each column, where it has one name more or less than the rows below have values: a delimiter
 * stands at the end of it or of them, or the first column, of names of rows, has none, as R writes it.
 */
export function namesOf([first = [], ...rows]: readonly (readonly string[])[]): readonly string[] {
  const width = usualWidth(rows);
  if (Math.abs(first.length - width) !== 1 || !isEven(rows)) return first;
  if (first.length > width) return first.at(-1)!.trim() === '' ? first.slice(0, -1) : first;
  const ended = rows.every((row) => row.length !== width || row.at(-1)!.trim() === '');
  return ended ? [...first, ''] : ['', ...first];
}

/** Whether the first row tells counts, and names of classes perhaps, as in the tables that come with scikit-learn. */
function tellsCounts([first = [], ...rest]: readonly (readonly string[])[]): boolean {
  const width = usualWidth(rest);
  const [rows, features, ...others] = first.map((cell) => parseNumber(cell));
  const counts =
    Number.isInteger(rows) && features === width - 1 && rows >= Math.min(rest.length - 1, SAMPLE_ROWS - 2);
  return counts && others.every(Number.isNaN);
}
