import { StrataError, type Problem } from '../../core/errors.ts';
import { text } from '../../core/fields.ts';
import { defineFormat, NOT_RECOGNISED, type Cell, type Reader, type RowBatch } from '../format.ts';
import { elementsOf, JsonLists } from '../sources/json-lists.ts';
import { notJson } from '../sources/json-value.ts';
import type { Source } from '../sources/source.ts';
import { headText } from '../sources/text.ts';
import { LAYOUT_BYTES, RecordLayout, Surplus } from '../tables/records.ts';
import { BATCH_ROWS, noRecords, SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';

export default defineFormat({
  id: 'json',
  title: 'JSON list',
  doc:
    'A JSON list of objects (or of lists), at the top or under a name as in `{"data": [{…}, …]}`. Objects and lists inside become ' +
    'columns such as `size.width` and `values.0`; lists of texts and long lists of numbers stay whole. Read as a stream, whatever its size.',
  fields: {
    list: text({
      label: 'List',
      help: 'Name under which the list stands, with those around it: result.rows. Empty where the whole file is the list.',
      default: '',
      placeholder: 'data',
    }),
  },

  async recognise(source) {
    const list = largestList(source);
    if (list === '') return { confidence: 0.8, reasons: ['It is one long JSON list.'] };
    if (list === undefined) return NOT_RECOGNISED;
    return { confidence: 0.7, reasons: [`It is a JSON object with the list "${list}".`] };
  },

  detect: async (source) => ({ list: largestList(source) ?? '' }),

  async open(source, { list }) {
    return openList(source, list);
  },
});

/** Where the list of objects or lists stands that most of the beginning belongs to. */
function largestList({ folder, head }: Source): string | undefined {
  const start = folder || head.length === 0 ? '' : headText(head);
  if (!/^\s*[[{]/.test(start)) return undefined;
  const lists = new JsonLists();
  try {
    lists.scan(Buffer.from(start));
  } catch {
    // What is wrong there is told where it is read.
  }
  const [largest] = [...lists.others].sort(([, a], [, b]) => b - a);
  return largest?.[0];
}

async function openList(source: Source, list: string): Promise<Reader> {
  const records: object[] = [];
  for await (const { values, done } of batchesOf(source, list)) {
    for (const value of values) if (isRecord(value)) records.push(value);
    if (records.length >= SAMPLE_ROWS && done >= LAYOUT_BYTES) break;
  }
  const layout = new RecordLayout(records);
  const { names, lists } = layout;
  if (names.length === 0) throw noRecords(source.path);
  return typedReader({
    names,
    known: lists,
    sample: records.slice(0, SAMPLE_ROWS).map((record) => layout.rowOf(record)),
    totalRows: null,
    totalWork: source.bytes,
    rows() {
      const surplus = new Surplus();
      return surplus.toldIn(readElements(source, list, layout, surplus));
    },
  });
}

async function* readElements(
  source: Source,
  list: string,
  layout: RecordLayout,
  surplus: Surplus,
): AsyncIterable<RowBatch> {
  let seen = 0;
  for await (const { values, done } of batchesOf(source, list)) {
    const rows: Cell[][] = [];
    const problems: Problem[] = [];
    for (const value of values) {
      const index = seen++;
      const place = `${source.path}, element ${index}`;
      if (isRecord(value)) rows.push(layout.rowOf(value, (path) => surplus.note(path, place)));
      else problems.push(noRecord(place, index, value));
    }
    yield { rows, problems, done };
  }
}

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The elements of the list, some at a time, with the bytes read so far. Throws `JSON_SYNTAX`, or `JSON_NO_LIST`. */
async function* batchesOf(
  source: Source,
  list: string,
): AsyncIterable<{ readonly values: readonly unknown[]; readonly done: number }> {
  const lists = new JsonLists([list]);
  const { elements, read } = elementsOf(source, lists);
  const header = headerOf(source, list);
  let values: unknown[] = [];
  try {
    for await (const items of elements) {
      for (const { value } of items) values.push(header ? named(value, header) : value);
      if (values.length < BATCH_ROWS) continue;
      yield { values, done: read() };
      values = [];
    }
  } catch (error) {
    throw notJson(source.path, error);
  }
  if (!lists.found.has(list)) throw noList(source.path, list, [...lists.others.keys()]);
  yield { values, done: source.bytes };
}

/** Names of the columns, which pandas (`orient="split"`) writes before a list of lists. */
function headerOf({ head }: Source, list: string): readonly string[] | undefined {
  const columns = list.replace(/[^.]*$/, 'columns');
  const lists = new JsonLists([columns]);
  const header: unknown[] = [];
  try {
    for (const { value } of lists.scan(Buffer.from(headText(head)))) header.push(value);
  } catch {
    return undefined; // What is wrong there is told where it is read.
  }
  return header.length > 0 && header.every((name) => typeof name === 'string') ? header : undefined;
}

const named = (value: unknown, header: readonly string[]): unknown =>
  Array.isArray(value) ? Object.fromEntries(value.map((part, at) => [header[at] ?? at, part])) : value;

function noRecord(where: string, index: number, value: unknown): Problem {
  return {
    code: 'JSON_ELEMENT',
    message: `Element ${index} of the list is no object. It was left out.`,
    where,
    got: String(JSON.stringify(value)).slice(0, 80),
    expected: 'an object or a list',
    fix: 'Correct the element.',
  };
}

function noList(path: string, list: string, others: readonly string[]): StrataError {
  return new StrataError({
    code: 'JSON_NO_LIST',
    message: list === '' ? 'The file is no JSON list.' : `The file has no list called "${list}".`,
    where: path,
    got: others.length > 0 ? `lists called ${others.slice(0, 10).join(', ')}` : 'no list of objects',
    expected: 'a list of objects or lists',
    fix: 'Give the name of a list of the file, with the names around it: result.rows.',
  });
}
