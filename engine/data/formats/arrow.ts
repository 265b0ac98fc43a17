import type { RecordBatch } from 'apache-arrow';
import { StrataError } from '../../core/errors.ts';
import { defineFormat, NOT_RECOGNISED, type Cell, type Reader, type RowBatch } from '../format.ts';
import { contentOf, type Source } from '../sources/source.ts';
import { BATCH_ROWS, cellOf, noRecords, SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';

export default defineFormat({
  id: 'arrow',
  title: 'Arrow table',
  doc: 'Apache Arrow in a file (`.arrow`, Feather version 2), or as a stream of record batches (arrow.apache.org).',
  fields: {},

  async recognise({ folder, head }) {
    if (folder) return NOT_RECOGNISED;
    if (head.subarray(0, 6).toString('latin1') === 'ARROW1') {
      return { confidence: 1, reasons: ['The file starts with the mark of Arrow.'] };
    }
    // A stream has no mark: it begins with a continuation, −1, and the length of a schema.
    const stream = head.length > 8 && head.readInt32LE(0) === -1 && head.readInt32LE(4) < head.length;
    return stream
      ? { confidence: 0.5, reasons: ['It begins as a stream of Arrow record batches.'] }
      : NOT_RECOGNISED;
  },

  detect: async () => ({}),

  async open(source) {
    return openTable(source);
  },
});

async function openTable(source: Source): Promise<Reader> {
  const sample: Cell[][] = [];
  let names: readonly string[] = [];
  for await (const { rows, columns } of blocksOf(source)) {
    names = columns;
    sample.push(...rows.slice(0, SAMPLE_ROWS - sample.length));
    if (sample.length === SAMPLE_ROWS) break;
  }
  if (sample.length === 0) throw noRecords(source.path);
  return typedReader({
    names,
    sample,
    totalRows: null,
    totalWork: source.bytes,
    async *rows(): AsyncIterable<RowBatch> {
      for await (const { rows, done } of blocksOf(source)) yield { rows, problems: [], done };
    },
  });
}

interface Block {
  readonly columns: readonly string[];
  readonly rows: Cell[][];
  readonly done: number;
}

async function* blocksOf(source: Source): AsyncIterable<Block> {
  const { stream, read } = contentOf(source);
  try {
    // Loaded when it is needed: the library takes longer to start than the rest of the engine.
    const { DataType, RecordBatchReader } = await import('apache-arrow');
    const batches = await RecordBatchReader.from(stream);
    for await (const batch of batches as AsyncIterable<RecordBatch>) {
      const columns = batch.schema.fields.map(({ name }) => name);
      const vectors = columns.map((_, at) => batch.getChildAt(at));
      const dates = batch.schema.fields.map(
        ({ type }) => DataType.isDate(type) || DataType.isTimestamp(type),
      );
      // A date is handed out as its milliseconds since 1970.
      const cellAt = (at: number, row: number): Cell => {
        const value: unknown = vectors[at]?.get(row);
        return cellOf(dates[at] && typeof value === 'number' ? new Date(value) : value);
      };
      for (let start = 0; start < batch.numRows; start += BATCH_ROWS) {
        const length = Math.min(BATCH_ROWS, batch.numRows - start);
        const rows = Array.from({ length }, (_, row) => columns.map((_, at) => cellAt(at, start + row)));
        yield { columns, rows, done: read() };
      }
    }
  } catch (cause) {
    if (cause instanceof StrataError) throw cause;
    throw new StrataError(
      {
        code: 'ARROW_DAMAGED',
        message: 'The Arrow file is damaged, ends too early, or is compressed.',
        where: source.path,
        got: (cause as Error).message,
        expected: 'record batches without compression',
        fix: 'Write it again without compression, or as Parquet.',
      },
      { cause },
    );
  } finally {
    stream.destroy();
  }
}
