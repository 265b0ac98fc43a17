import { pipeline } from 'node:stream';
import { parser } from 'stream-json';
import { pick } from 'stream-json/filters/pick.js';
import { streamArray, type StreamArrayItem } from 'stream-json/streamers/stream-array.js';
import { StrataError, type Problem } from '../../core/errors.ts';
import { text } from '../../core/fields.ts';
import { defineFormat, NOT_RECOGNISED, type Cell, type Reader, type RowBatch } from '../format.ts';
import type { Source } from '../sources/source.ts';
import { headText, textOf } from '../sources/text.ts';
import { BATCH_ROWS, flatten, namesOf, noRecords, SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';

/** A list of objects or lists under a name. */
const NAMED_LIST = /"((?:[^"\\]|\\.)*)"\s*:\s*\[\s*[{[]/;

export default defineFormat({
  id: 'json',
  title: 'JSON list',
  doc:
    'A JSON list of objects (or of lists), at the top or under a name as in `{"data": [{…}, …]}`. Objects and lists inside become ' +
    'columns such as `size.width` and `values.0`. Read as a stream, whatever its size.',
  fields: {
    list: text({
      label: 'List',
      help: 'Name under which the list stands; empty where the whole file is the list.',
      default: '',
      placeholder: 'data',
    }),
  },

  async recognise(source) {
    const start = startOf(source);
    if (/^\s*\[\s*[{[]/.test(start)) return { confidence: 0.8, reasons: ['It is one long JSON list.'] };
    if (!/^\s*\{/.test(start) || !NAMED_LIST.test(start)) return NOT_RECOGNISED;
    return { confidence: 0.7, reasons: [`It is a JSON object with the list "${listIn(start)}".`] };
  },

  async detect(source) {
    const start = startOf(source);
    return { list: /^\s*\[/.test(start) ? '' : listIn(start) };
  },

  async open(source, { list }) {
    return openList(source, list);
  },
});

const startOf = ({ folder, head }: Source): string => (folder || head.length === 0 ? '' : headText(head));

const listIn = (start: string): string => NAMED_LIST.exec(start)?.[1] ?? '';

async function openList(source: Source, list: string): Promise<Reader> {
  const records: Map<string, Cell>[] = [];
  for await (const { value } of elementsOf(source, list).elements) {
    if (isRecord(value)) records.push(flatten(value));
    if (records.length === SAMPLE_ROWS) break;
  }
  const names = namesOf(records);
  if (names.length === 0) throw noRecords(source.path);
  return typedReader({
    names,
    sample: records.map((record) => rowOf(record, names)),
    totalRows: null,
    totalWork: source.bytes,
    rows: () => readElements(source, list, names),
  });
}

async function* readElements(
  source: Source,
  list: string,
  names: readonly string[],
): AsyncIterable<RowBatch> {
  const { elements, read } = elementsOf(source, list);
  let rows: Cell[][] = [];
  let problems: Problem[] = [];
  for await (const { key, value } of elements) {
    if (isRecord(value)) rows.push(rowOf(flatten(value), names));
    else problems.push(noRecord(source.path, key, value));
    if (rows.length + problems.length < BATCH_ROWS) continue;
    yield { rows, problems, done: read() };
    [rows, problems] = [[], []];
  }
  yield { rows, problems, done: source.bytes };
}

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

const rowOf = (record: ReadonlyMap<string, Cell>, names: readonly string[]): Cell[] =>
  names.map((name) => record.get(name) ?? null);

/** The elements of the list, one by one. Throws `JSON_SYNTAX`. */
function elementsOf(
  source: Source,
  list: string,
): { readonly elements: AsyncIterable<StreamArrayItem>; readonly read: () => number } {
  const { text: content, read } = textOf(source);
  const escaped = list.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const picked = list === '' ? [] : [pick.asStream({ filter: new RegExp(`(^|\\.)${escaped}$`), once: true })];
  let failure: unknown;
  const stages = [content, parser.asStream(), ...picked, streamArray.asStream()];
  const elements = pipeline(stages, (error) => (failure = error));
  async function* sound(): AsyncIterable<StreamArrayItem> {
    try {
      yield* elements as unknown as AsyncIterable<StreamArrayItem>;
    } catch (error) {
      throw syntaxError(source.path, failure ?? error);
    }
  }
  return { elements: sound(), read };
}

function noRecord(path: string, index: number, value: unknown): Problem {
  return {
    code: 'JSON_ELEMENT',
    message: `Element ${index} of the list is no object. It was left out.`,
    where: `${path}, element ${index}`,
    got: String(JSON.stringify(value)).slice(0, 80),
    expected: 'an object or a list',
    fix: 'Correct the element.',
  };
}

function syntaxError(path: string, error: unknown): unknown {
  if (error instanceof StrataError) return error;
  return new StrataError(
    {
      code: 'JSON_SYNTAX',
      message: 'The file is no sound JSON.',
      where: path,
      got: (error as Error).message,
      expected: 'a JSON list of objects',
      fix: 'Check the file with a JSON validator; it may have been cut off.',
    },
    { cause: error },
  );
}
