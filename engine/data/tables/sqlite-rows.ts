import type { DatabaseSync } from 'node:sqlite';

/** How many rows a table of a database has. */
export interface RowCount {
  /** Exact, or null. */
  readonly totalRows: number | null;
  /** About how many, where `totalRows` is not known. Views, and tables without row ids, of large databases tell nothing. */
  readonly estimatedRows?: number;
}

/** Counting reads all of a table: larger databases than this are estimated. */
const COUNTED_BYTES = 16 * 2 ** 20;
/** Places between the first row id and the last at which it is looked how close together they are, and rows that are looked at there. */
const PLACES = 32;
const ROWS = 100;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A table or view, counted in a small database and estimated in a large one. */
export function rowCount(database: DatabaseSync, table: string): RowCount {
  const pages = 'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size';
  if (Number(database.prepare(pages).get()!.bytes) <= COUNTED_BYTES) {
    const counted = database.prepare(`SELECT count(*) AS rows FROM ${quoted(table)}`).get()!;
    return { totalRows: Number(counted.rows) };
  }
  return hasRowIds(database, table) ? estimate(database, table) : { totalRows: null };
}

/** What there would be if row ids were everywhere as close together as they are at some places. */
function estimate(database: DatabaseSync, table: string): RowCount {
  const from = `FROM ${quoted(table)}`;
  // Ids may be larger than a double tells apart.
  const end = (which: 'min' | 'max') =>
    database.prepare(`SELECT CAST(${which}(_rowid_) AS REAL) AS id ${from}`).get()!.id as number | null;
  const [first, last] = [end('min'), end('max')];
  if (first === null || last === null) return { totalRows: 0 };
  const span = last - first + 1;
  const near = database.prepare(
    `SELECT count(*) AS rows, CAST(max(id) - $place AS REAL) + 1 AS ids
     FROM (SELECT _rowid_ AS id ${from} WHERE _rowid_ >= $place ORDER BY _rowid_ LIMIT ${ROWS})`,
  );
  let density = 0;
  for (let at = 0; at < PLACES; at++) {
    const { rows, ids } = near.get({ $place: BigInt(Math.floor(first + (span * at) / PLACES)) })!;
    density += Number(rows) / Number(ids) / PLACES;
  }
  return { totalRows: null, estimatedRows: Math.round(span * density) };
}

function hasRowIds(database: DatabaseSync, table: string): boolean {
  const { type, wr } = database.prepare('SELECT type, wr FROM pragma_table_list WHERE name = ?').get(table)!;
  return type === 'table' && wr === 0;
}
