import { dirname } from 'node:path/posix';
import type { Split } from '../../core/dataset.ts';
import { StrataError, type Problem } from '../../core/errors.ts';
import { FILE_COLUMN } from '../../core/browse.ts';
import { parseParams, type Fields, type ParamsOf } from '../../core/fields.ts';
import type { FileContent } from './file-content.ts';
import { isArchive, openTree, type FileTree } from './archive.ts';
import { fileRows, type RowFile } from './file-rows.ts';
import {
  defineFormat,
  NOT_RECOGNISED,
  type Cell,
  type FormatRecord,
  type Reader,
  type ReaderColumn,
  type RowBatch,
} from '../format.ts';
import { fileFinder, type FileFinder } from './file-names.ts';
import { splitAbove } from './labelled-files.ts';
import { splitOfFile } from './parts.ts';
import { listed } from '../tables/rows.ts';
import type { Source } from './source.ts';
import csv from '../formats/csv.ts';
import jsonl from '../formats/jsonl.ts';

/** What such a table can be written in; text of any kind may be a CSV table, so that comes last. */
const TABLES = [jsonl, csv] as readonly unknown[] as readonly FormatRecord[];
const TABLE_NAME = /\.(csv|tsv|txt|jsonl)$/i;
/** Folders with more texts than this have one for each file. */
const MOST_TABLES = 200;
/** Share of the first rows that name a file. */
const NAMING = 0.5;
/** Share of them that name one of their own, where the names have no endings: small numbers could be anything. */
const DISTINCT = 0.9;

/** What a format says of itself in which a table names files, each of which is one example. */
export interface TableWords<F extends Fields> extends Pick<FormatRecord<F>, 'id' | 'title' | 'doc'> {
  readonly content: FileContent<F>;
  /** What is said of a file that is named and not there, of one that no row names, and where there is no table. */
  missing(name: string, where: string): Problem;
  unnamed(path: string, where: string): Problem;
  readonly noTable: Problem;
}

/** A format of folders and archives with a table that names their files. */
export function tableFormat<F extends Fields>(words: TableWords<F>): FormatRecord<F> {
  const { id, title, doc, content } = words;
  /** Recognising and opening need them both. */
  const known = new WeakMap<Source, Promise<Tables | undefined>>();
  const tablesOf = (source: Source): Promise<Tables | undefined> => {
    let tables = known.get(source);
    if (!tables) known.set(source, (tables = findTables(source, content.fits)));
    return tables;
  };
  return defineFormat<F>({
    id,
    title,
    doc,
    fields: content.fields,

    async recognise(source) {
      if (!source.folder && !isArchive(source)) return NOT_RECOGNISED;
      const found = await tablesOf(source);
      return found ? { confidence: 0.85, reasons: [] } : NOT_RECOGNISED;
    },

    async detect(source) {
      const tree = await openTree(source);
      try {
        return await content.detect(
          tree,
          tree.paths.filter((path) => content.fits.test(path)),
        );
      } finally {
        tree.close();
      }
    },

    async open(source, options) {
      const found = await tablesOf(source);
      if (!found) throw new StrataError({ ...words.noTable, where: source.path });
      return openTables(source, found, words, options);
    },
  });
}

const naming = <F extends Fields>({ tables: [{ column, path }] }: Tables, { noun }: FileContent<F>): string =>
  `Column "${column}" of ${path} names the ${noun}s.`;

interface Table {
  readonly path: string;
  readonly reader: Reader;
  /** The column that names the files, and its place. */
  readonly column: string;
  readonly at: number;
  readonly split: Split | null;
}

interface Tables {
  /** With the same columns. */
  readonly tables: readonly Table[];
  /** Tables that name files, and are not read. */
  readonly others: readonly Table[];
  /** Paths of all files that could be named. */
  readonly files: readonly string[];
  readonly finder: FileFinder;
}

async function findTables(source: Source, fits: RegExp): Promise<Tables | undefined> {
  const tree = await openTree(source);
  tree.close();
  const paths = tree.paths.filter((path) => TABLE_NAME.test(path) && !fits.test(path));
  if (paths.length === 0 || paths.length > MOST_TABLES) return undefined;
  const files = tree.paths.filter((path) => fits.test(path));
  if (files.length === 0) return undefined;
  const finder = fileFinder(files);
  const tables: Table[] = [];
  for (const path of paths) {
    // A text that is no table is nothing to speak of here; what is called a table and damaged may be the one.
    const table = await readTable(tree, path, finder, fits).catch((error: unknown) => {
      const damaged = (error as Partial<StrataError>).code === 'ARCHIVE_ENTRY_DAMAGED';
      if (damaged && !path.endsWith('.txt')) throw error;
      return undefined;
    });
    if (table) tables.push(table);
  }
  if (tables.length === 0) return undefined;
  const first = tables.find(({ split }) => split === 'train') ?? tables[0];
  // Beside tables of parts, one of no part is an example of an answer, or all of them together.
  const alike = tables.filter(
    (table) => namesOf(table) === namesOf(first) && (first.split === null || table.split !== null),
  );
  const others = tables.filter((table) => !alike.includes(table));
  return { tables: [first, ...alike.filter((table) => table !== first)], others, files, finder };
}

const namesOf = ({ reader, column }: Table): string =>
  [column, ...reader.columns.map(({ name }) => name)].join('\n');

async function readTable(
  tree: FileTree,
  path: string,
  finder: FileFinder,
  fits: RegExp,
): Promise<Table | undefined> {
  const reader = await openTable(await tree.source(path));
  if (!reader || reader.columns.length < 2) return undefined;
  const [{ rows }] = await firstBatch(reader);
  const at = namingColumn(listed(rows), path, finder, fits);
  if (at === undefined) return undefined;
  const split = splitOfFile(path);
  return { path, reader, column: reader.columns[at].name, at, split };
}

async function openTable(source: Source): Promise<Reader | undefined> {
  for (const format of TABLES) {
    if ((await format.recognise(source)).confidence === 0) continue;
    const { params } = parseParams(format.fields, await format.detect(source, {}));
    return format.open(source, params);
  }
  return undefined;
}

async function firstBatch(reader: Reader): Promise<RowBatch[]> {
  for await (const batch of reader.rows()) if (batch.rows.length > 0) return [batch];
  return [];
}

/** The column most of whose cells name files. */
function namingColumn(
  rows: readonly (readonly Cell[])[],
  path: string,
  finder: FileFinder,
  fits: RegExp,
): number | undefined {
  const shares = rows[0].map((_, at) => {
    const names = rows.flatMap((row) => (row[at] === null ? [] : String(row[at])));
    const naming = names.filter((name) =>
      fits.test(name) ? finder.knows(name) : finder.find(name, path) !== undefined,
    );
    const plain = naming.some((name) => !fits.test(name));
    const distinct = new Set(naming).size / Math.max(1, naming.length);
    return plain && distinct < DISTINCT ? 0 : naming.length / rows.length;
  });
  const most = Math.max(...shares);
  return most < NAMING ? undefined : shares.indexOf(most);
}

function openTables<F extends Fields>(
  source: Source,
  found: Tables,
  words: TableWords<F>,
  options: ParamsOf<F>,
): Reader {
  const { content } = words;
  const { tables, others } = found;
  const [{ reader, at }] = tables;
  const column = content.column(options);
  const rows = tables.map((table) => table.reader.totalRows);
  const total = rows.reduce(
    (sum: number | null, count) => (sum === null || count === null ? null : sum + count),
    0,
  );
  return {
    columns: [
      column,
      ...reader.columns.filter((_, index) => index !== at).map((other) => beside(other, column.name)),
      ...(content.keepsPath ? [{ name: FILE_COLUMN, kind: 'identifier', role: 'id' } as const] : []),
    ],
    totalRows: total,
    totalWork: total ?? 0,
    reasons: [
      naming(found, content),
      content.reason(options),
      ...tables.flatMap(({ path: name, split }) =>
        tables.length > 1 && split ? `${name} is the part for ${split}.` : [],
      ),
      ...others.map((table) => `${table.path} ${whyNot(table, tables[0])} and is left out.`),
    ],
    warnings: tables.flatMap((table) => table.reader.warnings),
    rows: () => rowsOf(source, found, words, options),
  };
}

const whyNot = (table: Table, first: Table): string =>
  namesOf(table) === namesOf(first) ? 'is for no part' : 'has other columns';

/** What is said of a file beside its target is often not known when the model is used. */
function beside(column: ReaderColumn, content: string): ReaderColumn {
  const { name, role } = column;
  const unique = name === content ? { ...column, name: `${content} 2` } : column;
  return role === 'input' ? { ...unique, role: 'ignore' } : unique;
}

interface NamedFile extends RowFile {
  readonly cells: readonly Cell[];
}

async function* rowsOf<F extends Fields>(
  source: Source,
  { tables, finder, files: all }: Tables,
  words: TableWords<F>,
  options: ParamsOf<F>,
): AsyncIterable<RowBatch> {
  const { content } = words;
  let before = 0;
  const named = new Set<string>();
  const read = async (tree: FileTree, { path, cells }: NamedFile) => ({
    cells: [
      await content.decode(await tree.read(path), options),
      ...cells,
      ...(content.keepsPath ? [path] : []),
    ],
  });
  for (const table of tables) {
    for await (const batch of table.reader.rows()) {
      const { files, problems } = namedFiles(source, table, batch, finder, words.missing);
      for (const { path } of files) named.add(path);
      yield { rows: [], problems: [...batch.problems, ...problems], done: before };
      for await (const part of fileRows(source, files, read, content.unreadable))
        yield { ...part, done: before + part.done };
      before += batch.rows.length;
    }
  }
  const unnamed = all.filter((path) => !named.has(path));
  yield {
    rows: [],
    problems: unnamed.map((path) => words.unnamed(path, `${source.path}: ${path}`)),
    done: before,
  };
}

function namedFiles(
  source: Source,
  { path, at, split }: Table,
  batch: RowBatch,
  finder: FileFinder,
  missing: TableWords<Fields>['missing'],
) {
  const files: NamedFile[] = [];
  const problems: Problem[] = [];
  for (const [row, cells] of listed(batch.rows).entries()) {
    const name = cells[at] === null ? '' : String(cells[at]);
    const file = finder.find(name, path);
    if (file === undefined) {
      problems.push(missing(name, `${source.path}: ${path}`));
      continue;
    }
    const part = batch.splits?.[row] ?? split ?? splitAbove(dirname(file).split('/'));
    files.push({ path: file, split: part, cells: cells.filter((_, index) => index !== at) });
  }
  return { files, problems };
}
