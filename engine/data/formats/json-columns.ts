import { StrataError } from '../../core/errors.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type ReaderColumn, type RowBatch } from '../format.ts';
import { JsonLists } from '../sources/json-lists.ts';
import { notJson, parseJson } from '../sources/json-value.ts';
import type { Source } from '../sources/source.ts';
import { headText, textOf } from '../sources/text.ts';
import { RecordLayout } from '../tables/records.ts';
import { BATCH_ROWS, noRecords, SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';

/** A column is complete only at its end, so the file is read whole. */
const MOST_BYTES = 64 * 2 ** 20;

const NAME = String.raw`"(?:[^"\\]|\\.)*"`;
/** A list, or an object of values or of objects, under the first name. */
const LIST = new RegExp(String.raw`^\s*\{\s*(${NAME})\s*:\s*\[`);
const KEYED = new RegExp(String.raw`^\s*\{\s*${NAME}\s*:\s*\{\s*${NAME}\s*:\s*[^\s{]`);

export default defineFormat({
  id: 'json-columns',
  title: 'JSON by columns or keys',
  doc:
    'A JSON object with a list for each column, `{"a": [1, 2], "b": [3, 4]}`; with an object of values by row for each column, as pandas ' +
    '`to_json` writes it; or with a record under each key, which becomes the column `key`. Up to 64 MB, which are read whole.',
  fields: {},

  async recognise({ folder, head }) {
    const start = folder || head.length === 0 ? '' : headText(head);
    if (beginsWithColumn(start))
      return { confidence: 0.75, reasons: ['It is a JSON object with a list for each column.'] };
    if (KEYED.test(start)) return { confidence: 0.62, reasons: ['It is a JSON object of objects.'] };
    return NOT_RECOGNISED;
  },

  detect: async () => ({}),

  async open(source) {
    return openRecords(source);
  },
});

/**
 * True where the first list of an object is a column: single values, and no longer list of rows beside them, which they would be the header
 * of; or lists of different lengths, such as the tokens of sentences, which are no rows.
 */
function beginsWithColumn(start: string): boolean {
  const [, name] = LIST.exec(start) ?? [];
  // pandas calls a header so (`orient="split"`).
  if (name === undefined || name === '"columns"') return false;
  const lists = new JsonLists([String(JSON.parse(name))]);
  try {
    const values = lists.scan(Buffer.from(start)).map(({ value }) => value);
    const lengths = new Set(values.map((value) => (Array.isArray(value) ? value.length : null)));
    if (!lengths.has(null)) return lengths.size > 1;
    return !values.some(isObject) && Math.max(...lists.others.values(), 0) <= values.length;
  } catch {
    return false; // What is wrong there is told where it is read.
  }
}

type Named = Readonly<Record<string, unknown>>;

interface Found {
  readonly records: readonly object[];
  readonly reasons: readonly string[];
  readonly known?: readonly ReaderColumn[];
}

async function openRecords(source: Source): Promise<Reader> {
  const { records, reasons, known = [] } = recordsIn(await contentIn(source), source.path);
  const layout = new RecordLayout(records);
  const { names, lists } = layout;
  if (names.length === 0) throw noRecords(source.path);
  return typedReader({
    names,
    known: new Map([...lists, ...known.map((column) => [column.name, column] as const)]),
    sample: records.slice(0, SAMPLE_ROWS).map((record) => layout.rowOf(record)),
    totalRows: records.length,
    totalWork: records.length,
    reasons,
    async *rows(): AsyncIterable<RowBatch> {
      for (let start = 0; start < records.length; start += BATCH_ROWS) {
        const rows = records.slice(start, start + BATCH_ROWS).map((record) => layout.rowOf(record));
        yield { rows, problems: [], done: start + rows.length };
      }
    },
  });
}

function recordsIn(content: Named, path: string): Found {
  const members = Object.entries(content);
  const lists = members.filter((member): member is [string, unknown[]] => Array.isArray(member[1]));
  if (lists.length > 0) return fromLists(lists, members.length);
  const objects = members.filter((member): member is [string, Named] => isObject(member[1]));
  if (objects.length === 0) throw noRecords(path);
  return isColumn(objects[0][1]) ? fromColumns(objects) : fromKeys(objects);
}

const isObject = (value: unknown): value is Named =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** pandas numbers the rows of a column; names of a record's values are words. */
const isColumn = (values: Named): boolean => Object.keys(values).every((key) => /^\d+$/.test(key));

/** Lists as long as most of them are columns. */
function fromLists(lists: readonly (readonly [string, readonly unknown[]])[], members: number): Found {
  const counts = new Map<number, number>();
  for (const [, { length }] of lists) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [[rows]] = [...counts].sort(([a, often], [b, rarely]) => rarely - often || b - a);
  const columns = lists.filter(([, { length }]) => length === rows);
  const left = members - columns.length;
  return {
    records: Array.from({ length: rows }, (_, row) =>
      Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
    ),
    reasons: left > 0 ? [`${left} other values beside lists of ${rows} elements are left out.`] : [],
  };
}

function fromColumns(columns: readonly (readonly [string, Named])[]): Found {
  const rows = new Set(columns.flatMap(([, values]) => Object.keys(values)));
  const records = [...rows].map((row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  );
  return { records, reasons: ['Each name is a column, with a value for each row.'] };
}

function fromKeys(objects: readonly (readonly [string, Named])[]): Found {
  return {
    records: objects.map(([key, record]) => ({ key, ...record })),
    reasons: ['Each key has a record of its own; the key is a column.'],
    known: [{ name: 'key', kind: 'category', role: 'id' }],
  };
}

/** Throws `JSON_TOO_LARGE` or `JSON_SYNTAX`. */
async function contentIn(source: Source): Promise<Named> {
  let content = '';
  for await (const piece of textOf(source).text as AsyncIterable<string>) {
    content += piece;
    if (content.length > MOST_BYTES) throw tooLarge(source);
  }
  try {
    return parseJson(content.replace(/^\ufeff/, '')) as Named;
  } catch (error) {
    throw notJson(source.path, error);
  }
}

function tooLarge(source: Source): StrataError {
  return new StrataError({
    code: 'JSON_TOO_LARGE',
    message: 'JSON by columns must be read whole, and this file is too large for that.',
    where: source.path,
    got: `${Math.round(source.bytes / 2 ** 20)} MB`,
    expected: `at most ${MOST_BYTES / 2 ** 20} MB`,
    fix: 'Write it as a list of records, as JSON lines, CSV or Parquet, which may have any size.',
  });
}
