import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StrataError } from '../../core/errors.ts';
import { text } from '../../core/fields.ts';
import { defineFormat, NOT_RECOGNISED, type Cell, type Reader, type RowBatch } from '../format.ts';
import { fileOf, type Source } from '../sources/source.ts';
import { quoted, rowCount } from '../tables/sqlite-rows.ts';
import { uniqueNames } from '../tables/table.ts';
import { BATCH_ROWS, cellOf, noRecords, SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';

export default defineFormat({
  id: 'sqlite',
  title: 'SQLite table',
  doc: 'One table or view of an SQLite database (sqlite.org/fileformat.html). The file is opened for reading only.',
  fields: {
    table: text({
      label: 'Table',
      help: 'Name of the table or view; empty for the one with the most rows.',
      default: '',
    }),
  },

  async recognise({ folder, head }) {
    if (folder || head.subarray(0, 15).toString('latin1') !== 'SQLite format 3') return NOT_RECOGNISED;
    return { confidence: 1, reasons: ['The file starts with the mark of SQLite.'] };
  },

  detect: async (source) => ({ table: (await withDatabase(source, largest)) ?? '' }),

  async open(source, { table }) {
    return openTable(source, table);
  },
});

function openTable(source: Source, wanted: string): Promise<Reader> {
  return withDatabase(source, (database) => {
    const tables = tablesOf(database);
    const table = wanted === '' ? largest(database) : wanted;
    if (table === undefined || !tables.includes(table)) throw noTable(source.path, wanted, tables);
    const statement = cellStatement(database, `SELECT * FROM ${quoted(table)} LIMIT ${SAMPLE_ROWS}`);
    const sample = [...cellsOf(statement)];
    if (sample.length === 0) throw noRecords(`${source.path}, table ${table}`);
    // A view may have two columns of the same name.
    const { names, warnings } = uniqueNames(
      statement.columns().map(({ name }) => name),
      `${source.path}, table ${table}`,
    );
    const count = rowCount(database, table);
    return typedReader({
      names,
      warnings,
      sample,
      ...count,
      totalWork: count.totalRows ?? count.estimatedRows ?? 0,
      reasons: [`The table "${table}" is read${tables.length > 1 ? `; there are ${tables.length}` : ''}.`],
      rows: () => readTable(source, table),
    });
  });
}

async function* readTable(source: Source, table: string): AsyncIterable<RowBatch> {
  const database = new DatabaseSync(await fileOf(source), { readOnly: true });
  try {
    let rows: Cell[][] = [];
    let done = 0;
    for (const row of cellsOf(cellStatement(database, `SELECT * FROM ${quoted(table)}`))) {
      rows.push(row);
      if (rows.length < BATCH_ROWS) continue;
      done += rows.length;
      yield { rows, problems: [], done };
      rows = [];
    }
    yield { rows, problems: [], done: done + rows.length };
  } finally {
    database.close();
  }
}

function cellStatement(database: DatabaseSync, query: string): StatementSync {
  const statement = database.prepare(query);
  // Whole numbers beyond 2⁵³ would be refused.
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  return statement;
}

function* cellsOf(statement: StatementSync): Iterable<Cell[]> {
  for (const row of statement.iterate() as Iterable<unknown>) yield (row as unknown[]).map(cellOf);
}

async function withDatabase<T>(source: Source, use: (database: DatabaseSync) => T): Promise<T> {
  // The library opens files by their path, so one that is packed is unpacked first.
  const file = await fileOf(source);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    return use(database);
  } catch (cause) {
    if (cause instanceof StrataError) throw cause;
    throw new StrataError(
      {
        code: 'SQLITE_UNREADABLE',
        message: 'The database cannot be read.',
        where: source.path,
        got: (cause as Error).message,
        fix: 'Close the program that has it open, or copy the file again.',
      },
      { cause },
    );
  } finally {
    database?.close();
  }
}

function tablesOf(database: DatabaseSync): string[] {
  const names = database.prepare(
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  return names.all().map(({ name }) => String(name));
}

function largest(database: DatabaseSync): string | undefined {
  const tables = tablesOf(database).map((table) => ({ table, rows: rowsOf(database, table) }));
  return tables.toSorted((a, b) => b.rows - a.rows)[0]?.table;
}

/** SQLITE_ERROR: what a view shows is gone, and the like. Damage has other numbers. */
const NO_SENSE = 1;

/** About how many rows there are; fewer than none where a view makes no sense. */
function rowsOf(database: DatabaseSync, table: string): number {
  try {
    const { totalRows, estimatedRows = 0 } = rowCount(database, table);
    return totalRows ?? estimatedRows;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === NO_SENSE) return -1;
    throw error;
  }
}

function noTable(path: string, wanted: string, tables: readonly string[]): StrataError {
  return new StrataError({
    code: 'SQLITE_TABLE',
    message:
      tables.length === 0 ? 'The database has no tables.' : `The database has no table called "${wanted}".`,
    where: path,
    got: wanted,
    expected: tables.join(', ') || 'at least one table',
    fix: 'Choose one of its tables.',
  });
}
