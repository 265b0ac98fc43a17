import { open } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import type { AsyncRecordBatchFileReader, RecordBatch } from 'apache-arrow';
import { StrataError } from '../../core/errors.ts';
import { defineFormat, NOT_RECOGNISED, type Reader } from '../format.ts';
import { unpackLz4 } from '../sources/lz4.ts';
import { contentOf, fileOf, type Source } from '../sources/source.ts';
import { valuesOf } from '../tables/arrow-values.ts';
import { nestedReader, type Piece, type Values } from '../tables/nested-table.ts';
import { noRecords, SAMPLE_ROWS } from '../tables/typed-table.ts';

export default defineFormat({
  id: 'arrow',
  title: 'Arrow table',
  doc:
    'Apache Arrow in a file (`.arrow`, Feather version 2), or as a stream of record batches (arrow.apache.org), packed with LZ4 or ' +
    'Zstandard or not at all. Nested values become columns such as `size.width`.',
  fields: {},

  async recognise({ folder, head }) {
    if (folder) return NOT_RECOGNISED;
    if (isFile({ head })) {
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

const isFile = ({ head }: Pick<Source, 'head'>): boolean =>
  head.subarray(0, 6).toString('latin1') === 'ARROW1';

async function openTable(source: Source): Promise<Reader> {
  const { names, sample } = await beginning(source);
  if (names.length === 0 || sample[0].length === 0) throw noRecords(source.path);
  return nestedReader({
    names,
    path: source.path,
    sample,
    totalRows: null,
    totalWork: source.bytes,
    pieces: () => piecesOf(source),
  });
}

/** The first rows, of as many batches as it takes. */
async function beginning(source: Source): Promise<{ names: readonly string[]; sample: Values[] }> {
  let names: readonly string[] = [];
  let sample: unknown[][] = [];
  for await (const piece of piecesOf(source)) {
    names = piece.names;
    if (sample.length === 0) sample = names.map(() => []);
    const more = Math.min(piece.rows, SAMPLE_ROWS - sample[0].length);
    for (const [at, values] of piece.columns.entries()) {
      for (let row = 0; row < more; row++) sample[at].push(values.at(row));
    }
    if (sample[0]?.length === SAMPLE_ROWS) break;
  }
  return { names, sample };
}

type Arrow = typeof import('apache-arrow');

interface NamedPiece extends Piece {
  readonly names: readonly string[];
}

/** Loaded when it is needed: the library takes longer to start than the rest of the engine. */
async function library(): Promise<Arrow> {
  const arrow = await import('apache-arrow');
  const { compressionRegistry, CompressionType } = arrow;
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4 });
  // In memory of its own, where values of 8 bytes may begin.
  compressionRegistry.set(CompressionType.ZSTD, {
    decode: (bytes) => Uint8Array.from(zstdDecompressSync(bytes)),
  });
  return arrow;
}

async function* piecesOf(source: Source): AsyncIterable<NamedPiece> {
  const arrow = await library();
  const { batches, done, close } = isFile(source) ? await openFile(arrow, source) : openStream(arrow, source);
  try {
    let count = 0;
    for await (const batch of batches) {
      const names = batch.schema.fields.map(({ name }) => name);
      const columns = names.map((_, at) => valuesOf(arrow, batch.getChildAt(at)!));
      yield { names, columns, rows: batch.numRows, done: done(++count) };
    }
  } catch (cause) {
    if (cause instanceof StrataError) throw cause;
    throw damaged(source.path, cause as Error);
  } finally {
    await close();
  }
}

interface Opened {
  readonly batches: AsyncIterable<RecordBatch>;
  /** Bytes of the source that are read with so many batches. */
  done(count: number): number;
  close(): Promise<void> | void;
}

/** Read by its directory: as a stream it would have to be in memory whole. */
async function openFile(arrow: Arrow, source: Source): Promise<Opened> {
  const file = await open(await fileOf(source));
  let total = 1;
  async function* batches(): AsyncIterable<RecordBatch> {
    const reader = (await arrow.RecordBatchReader.from(file)) as AsyncRecordBatchFileReader;
    await reader.open();
    total = reader.numRecordBatches;
    yield* reader;
  }
  return {
    batches: batches(),
    done: (count) => (source.bytes * count) / total,
    close: () => file.close(),
  };
}

function openStream(arrow: Arrow, source: Source): Opened {
  const { stream, read } = contentOf(source);
  async function* batches(): AsyncIterable<RecordBatch> {
    yield* (await arrow.RecordBatchReader.from(stream)) as AsyncIterable<RecordBatch>;
  }
  return { batches: batches(), done: read, close: () => void stream.destroy() };
}

function damaged(where: string, cause: Error): StrataError {
  return new StrataError(
    {
      code: 'ARROW_DAMAGED',
      message: 'The Arrow file is damaged, ends too early, or holds types that Strata does not read.',
      where,
      got: cause.message,
      expected: 'sound record batches',
      fix: 'Copy the file again, or write it again as Parquet.',
    },
    { cause },
  );
}
