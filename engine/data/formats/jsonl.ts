import type { Problem } from '../../core/errors.ts';
import { defineFormat, NOT_RECOGNISED, type Reader } from '../format.ts';
import { parseJson } from '../sources/json-value.ts';
import { lineRows } from '../sources/line-rows.ts';
import type { Source } from '../sources/source.ts';
import { estimatedLines, firstLines, linesOf, textOf } from '../sources/text.ts';
import { LAYOUT_BYTES, RecordLayout, Surplus } from '../tables/records.ts';
import { noRecords, SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';

export default defineFormat({
  id: 'jsonl',
  title: 'JSON lines',
  doc:
    'One JSON object per line (jsonlines.org, NDJSON). Objects and lists inside of it become columns such as `size.width` and ' +
    '`values.0`; lists of texts and long lists of numbers stay whole. A line that is no object is listed and left out.',
  fields: {},

  async recognise(source) {
    const lines = firstLines(source, 20);
    const objects = lines.filter((line) => parse(line)).length;
    // One line alone could be any JSON, but for what its file is called.
    const fewest = /\.(jsonl|ndjson)(\.gz)?$/i.test(source.name) ? 1 : 2;
    if (lines.length < fewest || objects < lines.length / 2) return NOT_RECOGNISED;
    return { confidence: 0.9, reasons: ['Its lines are JSON objects.'] };
  },

  detect: async () => ({}),

  async open(source) {
    return openLines(source);
  },
});

async function openLines(source: Source): Promise<Reader> {
  const records = await firstRecords(source);
  const layout = new RecordLayout(records);
  const { names, lists } = layout;
  if (names.length === 0) throw noRecords(source.path);
  return typedReader({
    names,
    known: lists,
    sample: records.slice(0, SAMPLE_ROWS).map((record) => layout.rowOf(record)),
    totalRows: null,
    estimatedRows: estimatedLines(source),
    totalWork: source.bytes,
    rows() {
      const surplus = new Surplus();
      return surplus.toldIn(
        lineRows(source, (line, number) => {
          if (line.trim() === '') return null;
          const place = `${source.path}, line ${number}`;
          const record = parse(line);
          return record
            ? layout.rowOf(record, (path) => surplus.note(path, place))
            : badLine(place, number, line);
        }),
      );
    },
  });
}

async function firstRecords(source: Source): Promise<object[]> {
  const { text, read } = textOf(source);
  const records: object[] = [];
  for await (const line of linesOf(text, source.path)) {
    const record = parse(line);
    if (record) records.push(record);
    if (records.length >= SAMPLE_ROWS && read() >= LAYOUT_BYTES) break;
  }
  return records;
}

function badLine(where: string, line: number, text: string): Problem {
  return {
    code: 'JSON_LINE',
    message: `Line ${line} is no JSON object. It was left out.`,
    where,
    got: text.slice(0, 80),
    expected: 'one JSON object',
    fix: 'Correct the line.',
  };
}

function parse(line: string): object | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return parseJson(line) as object;
  } catch {
    return undefined; // Reported as a bad line, or not this format.
  }
}
