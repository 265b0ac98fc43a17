import { DatabaseSync } from 'node:sqlite';
import { StrataError } from '../../core/errors.ts';
import { text } from '../../core/fields.ts';
import { defineFormat, NOT_RECOGNISED, type Cell, type Reader, type RowBatch } from '../format.ts';
import { fileOf, type Source } from '../sources/source.ts';
import { quoted, rowCount } from '../tables/sqlite-rows.ts';
import { BATCH_ROWS, cellOf, SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';

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
    const names = database
      .prepare(`SELECT * FROM ${quoted(table)} LIMIT 0`)
      .columns()
      .map(({ name }) => name);
    const sample = database.prepare(`SELECT * FROM ${quoted(table)} LIMIT ${SAMPLE_ROWS}`);
    sample.setReadBigInts(true);
    const count = rowCount(database, table);
    return typedReader({
      names,
      sample: sample.all().map((row) => names.map((name) => cellOf(row[name]))),
      ...count,
      totalWork: count.totalRows ?? count.estimatedRows ?? 0,
      reasons: [`The table "${table}" is read${tables.length > 1 ? `; there are ${tables.length}` : ''}.`],
      rows: () => readTable(source, table, names),
    });
  });
}

async function* readTable(source: Source, table: string, names: readonly string[]): AsyncIterable<RowBatch> {
  const database = new DatabaseSync(await fileOf(source), { readOnly: true });
  try {
    const statement = database.prepare(`SELECT * FROM ${quoted(table)}`);
    // Whole numbers beyond 2⁵³ would be refused.
    statement.setReadBigInts(true);
    let rows: Cell[][] = [];
    let done = 0;
    for (const row of statement.iterate()) {
      rows.push(names.map((name) => cellOf(row[name])));
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

async function withDatabase<T>(source: Source, use: (database: DatabaseSync) => T): Promise<T> {
  let database: DatabaseSync | undefined;
  try {
    // The library opens files by their path, so one that is packed is unpacked first.
    database = new DatabaseSync(await fileOf(source), { readOnly: true });
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
  const tables = tablesOf(database).map((table) => {
    const { totalRows, estimatedRows = 0 } = rowCount(database, table);
    return { table, rows: totalRows ?? estimatedRows };
  });
  return tables.toSorted((a, b) => b.rows - a.rows)[0]?.table;
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
