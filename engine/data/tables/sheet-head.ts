import { hasHeader } from './detect-dialect.ts';
import type { SheetRow } from './sheet-rows.ts';

/** Where the table of a sheet begins. */

type Cells = SheetRow['cells'];

const filled = (cells: Cells) => cells.filter((cell) => cell !== undefined);

/** Rows above the table: they fill fewer than half as many cells as most rows do, and names stand below them. */
export function titleRows(rows: readonly Cells[]): number {
  const counts = rows.map((cells) => filled(cells).length);
  const usual = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0;
  const titles = counts.findIndex((count) => count > 1 && count >= usual / 2);
  return titles > 0 && hasNames(rows.slice(titles)) ? titles : 0;
}

/** Years may be names of columns; other numbers are values. */
const isYear = (cell: unknown): boolean => typeof cell === 'number' && /^[12]\d{3}$/.test(String(cell));

/** True where the first of the rows names the columns. */
export function hasNames(rows: readonly Cells[]): boolean {
  const [first = []] = rows;
  const names = filled(first);
  if (!names.some((name) => typeof name === 'string')) return false;
  if (names.some(isYear)) return names.every((name) => typeof name === 'string' || isYear(name));
  return hasHeader(rows.map((cells) => Array.from(first, (_, at) => String(cells[at] ?? ''))));
}
