import type { FileMetaData } from 'hyparquet';
import { StrataError } from '../../core/errors.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import { fileOf, type Source } from '../sources/source.ts';
import { RecordLayout } from '../tables/records.ts';
import { BATCH_ROWS, noRecords, SAMPLE_ROWS, typedReader } from '../tables/typed-table.ts';

/** Rows of a group that are held in memory at once. */
const MOST_ROWS = 200_000;

export default defineFormat({
  id: 'parquet',
  title: 'Parquet table',
  doc:
    'Apache Parquet with any of its compressions (parquet.apache.org). Nested values become columns such as `size.width`; lists of texts and long ' +
    'lists of numbers stay whole. Read a group of rows at a time.',
  fields: {},

  async recognise({ folder, head }) {
    if (folder || head.subarray(0, 4).toString('latin1') !== 'PAR1') return NOT_RECOGNISED;
    return { confidence: 1, reasons: ['The file starts with the mark of Parquet.'] };
  },

  detect: async () => ({}),

  async open(source) {
    return openTable(source);
  },
});

async function openTable(source: Source): Promise<Reader> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import('hyparquet');
  const metadata = await sound(source, async () =>
    parquetMetadataAsync(await asyncBufferFromFile(await fileOf(source))),
  );
  const total = Number(metadata.num_rows);
  const sample = await recordsOf(source, metadata, 0, Math.min(SAMPLE_ROWS, total));
  const layout = new RecordLayout(sample);
  const { names, lists } = layout;
  if (names.length === 0) throw noRecords(source.path);
  return typedReader({
    names,
    known: lists,
    sample: sample.map((record) => layout.rowOf(record)),
    totalRows: total,
    totalWork: total,
    async *rows(): AsyncIterable<RowBatch> {
      for (const { start, end } of piecesOf(metadata)) {
        const records = await recordsOf(source, metadata, start, end);
        for (let at = 0; at < records.length; at += BATCH_ROWS) {
          const rows = records.slice(at, at + BATCH_ROWS).map((record) => layout.rowOf(record));
          yield { rows, problems: [], done: start + at + rows.length };
        }
      }
    },
  });
}

/** Rows that are read at once: those of a group, which lie together, unless they are very many. */
function* piecesOf({ row_groups: groups }: FileMetaData): Iterable<{ start: number; end: number }> {
  let start = 0;
  for (const group of groups) {
    const end = start + Number(group.num_rows);
    for (; start < end; start = Math.min(end, start + MOST_ROWS))
      yield { start, end: Math.min(end, start + MOST_ROWS) };
  }
}

async function recordsOf(
  source: Source,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
): Promise<Record<string, unknown>[]> {
  const { asyncBufferFromFile, parquetRead } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  return sound(source, async () => {
    const file = await asyncBufferFromFile(await fileOf(source));
    return new Promise<Record<string, unknown>[]>((resolve, reject) => {
      parquetRead({
        file,
        metadata,
        compressors,
        rowStart,
        rowEnd,
        rowFormat: 'object',
        useOffsetIndex: true,
        onComplete: resolve,
      }).catch(reject);
    });
  });
}

/** What `read` gives. Throws `PARQUET_DAMAGED` where the file is not as Parquet files are. */
async function sound<T>(source: Source, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new StrataError(
      {
        code: 'PARQUET_DAMAGED',
        message: 'The Parquet file is damaged or ends too early.',
        where: source.path,
        got: (cause as Error).message,
        fix: 'Download or copy the file again.',
      },
      { cause },
    );
  }
}
