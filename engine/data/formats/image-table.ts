import { dirname } from 'node:path/posix';
import type { Split } from '../../core/dataset.ts';
import { StrataError, type Problem } from '../../core/errors.ts';
import { parseParams } from '../../core/fields.ts';
import { isArchive, openTree, type FileTree } from '../sources/archive.ts';
import { fileRows, type RowFile } from '../sources/file-rows.ts';
import {
  defineFormat,
  NOT_RECOGNISED,
  type Cell,
  type FormatRecord,
  type Reader,
  type ReaderColumn,
  type RowBatch,
} from '../format.ts';
import {
  decodeImage,
  detectImages,
  IMAGE_NAME,
  imageColumn,
  imageFields,
  imageReason,
  unreadableImage,
  type ImageOptions,
} from '../images/image-files.ts';
import { imageFinder, imageMissing, imageUnnamed, type ImageFinder } from '../images/image-names.ts';
import { splitAbove } from '../sources/labelled-files.ts';
import { splitOfFile } from '../sources/parts.ts';
import { listed } from '../tables/rows.ts';
import type { Source } from '../sources/source.ts';
import csv from './csv.ts';
import jsonl from './jsonl.ts';

/** What such a table can be written in; text of any kind may be a CSV table, so that comes last. */
const TABLES = [jsonl, csv] as readonly unknown[] as readonly FormatRecord[];
const TABLE_NAME = /\.(csv|tsv|txt|jsonl)$/i;
/** Folders with more texts than this have one for each image. */
const MOST_TABLES = 200;
/** Share of the first rows that name an image. */
const NAMING = 0.5;
/** Share of them that name one of their own, where the names have no endings: small numbers could be anything. */
const DISTINCT = 0.9;

export default defineFormat({
  id: 'image-table',
  title: 'Images with a table',
  doc:
    'A folder or archive of images and a CSV table or JSON lines, one column of which names an image in each row, with its ending or without. The ' +
    'other columns become columns of the data set. Of several tables with the same columns each is a part, where its name or its folder says ' +
    'so; images that no row names are listed and left out.',
  fields: imageFields,

  async recognise(source) {
    if (!source.folder && !isArchive(source)) return NOT_RECOGNISED;
    const found = await tablesOf(source);
    if (!found) return NOT_RECOGNISED;
    const [{ path, column }] = found.tables;
    return { confidence: 0.85, reasons: [`Column "${column}" of ${path} names the images.`] };
  },

  async detect(source) {
    const tree = await openTree(source);
    try {
      return await detectImages(
        tree,
        tree.paths.filter((path) => IMAGE_NAME.test(path)),
      );
    } finally {
      tree.close();
    }
  },

  open: (source, options) => openTables(source, options),
});

interface Table {
  readonly path: string;
  readonly reader: Reader;
  /** The column that names the images, and its place. */
  readonly column: string;
  readonly at: number;
  readonly split: Split | null;
}

interface Tables {
  /** With the same columns. */
  readonly tables: readonly Table[];
  /** Tables that name images, and are not read. */
  readonly others: readonly Table[];
  /** Paths of all images. */
  readonly images: readonly string[];
  readonly finder: ImageFinder;
}

/** Recognising and opening need them both. */
const known = new WeakMap<Source, Promise<Tables | undefined>>();

function tablesOf(source: Source): Promise<Tables | undefined> {
  let tables = known.get(source);
  if (!tables) known.set(source, (tables = findTables(source)));
  return tables;
}

async function findTables(source: Source): Promise<Tables | undefined> {
  const tree = await openTree(source);
  tree.close();
  const paths = tree.paths.filter((path) => TABLE_NAME.test(path));
  if (paths.length === 0 || paths.length > MOST_TABLES) return undefined;
  const images = tree.paths.filter((path) => IMAGE_NAME.test(path));
  if (images.length === 0) return undefined;
  const finder = imageFinder(images);
  const tables: Table[] = [];
  for (const path of paths) {
    // A text that is no table is nothing to speak of here.
    const table = await readTable(tree, path, finder).catch(() => undefined);
    if (table) tables.push(table);
  }
  if (tables.length === 0) return undefined;
  const first = tables.find(({ split }) => split === 'train') ?? tables[0];
  // Beside tables of parts, one of no part is an example of an answer, or all of them together.
  const alike = tables.filter(
    (table) => namesOf(table) === namesOf(first) && (first.split === null || table.split !== null),
  );
  const others = tables.filter((table) => !alike.includes(table));
  return { tables: [first, ...alike.filter((table) => table !== first)], others, images, finder };
}

const namesOf = ({ reader, column }: Table): string =>
  [column, ...reader.columns.map(({ name }) => name)].join('\n');

async function readTable(tree: FileTree, path: string, finder: ImageFinder): Promise<Table | undefined> {
  const reader = await openTable(await tree.source(path));
  if (!reader || reader.columns.length < 2) return undefined;
  const [{ rows }] = await firstBatch(reader);
  const at = namingColumn(listed(rows), path, finder);
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

/** The column most of whose cells name images. */
function namingColumn(
  rows: readonly (readonly Cell[])[],
  path: string,
  finder: ImageFinder,
): number | undefined {
  const shares = rows[0].map((_, at) => {
    const names = rows.flatMap((row) => (row[at] === null ? [] : String(row[at])));
    const naming = names.filter((name) =>
      IMAGE_NAME.test(name) ? finder.knows(name) : finder.find(name, path) !== undefined,
    );
    const plain = naming.some((name) => !IMAGE_NAME.test(name));
    const distinct = new Set(naming).size / Math.max(1, naming.length);
    return plain && distinct < DISTINCT ? 0 : naming.length / rows.length;
  });
  const most = Math.max(...shares);
  return most < NAMING ? undefined : shares.indexOf(most);
}

async function openTables(source: Source, options: ImageOptions): Promise<Reader> {
  const found = await tablesOf(source);
  if (!found) throw noTable(source);
  const { tables, others } = found;
  const [{ reader, at, column, path }] = tables;
  const columns = reader.columns.filter((_, index) => index !== at);
  const rows = tables.map((table) => table.reader.totalRows);
  const total = rows.reduce(
    (sum: number | null, count) => (sum === null || count === null ? null : sum + count),
    0,
  );
  return {
    columns: [imageColumn(options), ...columns.map(besideImage)],
    totalRows: total,
    totalWork: total ?? 0,
    reasons: [
      `Column "${column}" of ${path} names the images.`,
      imageReason(options),
      ...tables.flatMap(({ path: name, split }) =>
        tables.length > 1 && split ? `${name} is the part for ${split}.` : [],
      ),
      ...others.map((table) => `${table.path} ${whyNot(table, tables[0])} and is left out.`),
    ],
    warnings: tables.flatMap((table) => table.reader.warnings),
    rows: () => rowsOf(source, found, options),
  };
}

const whyNot = (table: Table, first: Table): string =>
  namesOf(table) === namesOf(first) ? 'is for no part' : 'has other columns';

/** What is said of an image beside its target is often not known when the model is used. */
function besideImage(column: ReaderColumn): ReaderColumn {
  const { name, role } = column;
  const unique = name === 'image' ? { ...column, name: 'image 2' } : column;
  return role === 'input' ? { ...unique, role: 'ignore' } : unique;
}

interface NamedImage extends RowFile {
  readonly cells: readonly Cell[];
}

async function* rowsOf(
  source: Source,
  { tables, finder, images: all }: Tables,
  options: ImageOptions,
): AsyncIterable<RowBatch> {
  let before = 0;
  const named = new Set<string>();
  for (const table of tables) {
    for await (const batch of table.reader.rows()) {
      const { images, problems } = namedImages(source, table, batch, finder);
      for (const { path } of images) named.add(path);
      yield { rows: [], problems: [...batch.problems, ...problems], done: before };
      const read = async (tree: FileTree, { path, cells }: NamedImage) => ({
        cells: [await decodeImage(await tree.read(path), options), ...cells],
      });
      for await (const part of fileRows(source, images, read, unreadableImage))
        yield { ...part, done: before + part.done };
      before += batch.rows.length;
    }
  }
  const unnamed = all.filter((path) => !named.has(path));
  yield {
    rows: [],
    problems: unnamed.map((path) => imageUnnamed(path, `${source.path}: ${path}`)),
    done: before,
  };
}

function namedImages(source: Source, { path, at, split }: Table, batch: RowBatch, finder: ImageFinder) {
  const images: NamedImage[] = [];
  const problems: Problem[] = [];
  for (const [row, cells] of listed(batch.rows).entries()) {
    const name = cells[at] === null ? '' : String(cells[at]);
    const image = finder.find(name, path);
    if (image === undefined) {
      problems.push(imageMissing(name, `${source.path}: ${path}`));
      continue;
    }
    const part = batch.splits?.[row] ?? split ?? splitAbove(dirname(image).split('/'));
    images.push({ path: image, split: part, cells: cells.filter((_, index) => index !== at) });
  }
  return { images, problems };
}

function noTable({ path }: Source): StrataError {
  return new StrataError({
    code: 'IMAGES_NO_TABLE',
    message: 'There is no table that names the images.',
    where: path,
    expected: 'a CSV table or JSON lines with a column of the images’ names',
    fix: 'Put the table into the folder of the images, or choose another format.',
  });
}
