import type { Problem } from '../../core/errors.ts';
import { defineFormat, NOT_RECOGNISED, type Reader } from '../format.ts';
import { parseJson } from '../sources/json-value.ts';
import { lineRows, type LineResult } from '../sources/line-rows.ts';
import type { Source } from '../sources/source.ts';
import { estimatedLines, firstLines } from '../sources/text.ts';
import { RecordLayout } from '../tables/records.ts';
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
  const records = firstLines(source, SAMPLE_ROWS).flatMap((line) => parse(line) ?? []);
  const layout = new RecordLayout(records);
  const { names, lists } = layout;
  if (names.length === 0) throw noRecords(source.path);
  return typedReader({
    names,
    known: lists,
    sample: records.map((record) => layout.rowOf(record)),
    totalRows: null,
    estimatedRows: estimatedLines(source),
    totalWork: source.bytes,
    rows: () => lineRows(source, (line, number) => readLine(source, layout, line, number)),
  });
}

function readLine(source: Source, layout: RecordLayout, line: string, number: number): LineResult {
  if (line.trim() === '') return null;
  const record = parse(line);
  return record ? layout.rowOf(record) : badLine(source.path, number, line);
}

function badLine(path: string, line: number, text: string): Problem {
  return {
    code: 'JSON_LINE',
    message: `Line ${line} is no JSON object. It was left out.`,
    where: `${path}, line ${line}`,
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
