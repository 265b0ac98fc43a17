import { open } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import type { AsyncRecordBatchFileReader, RecordBatch } from 'apache-arrow';
import { StrataError } from '../../core/errors.ts';
import { unpackLz4 } from '../sources/lz4.ts';
import { contentOf, fileOf, type Source } from '../sources/source.ts';
import { valuesOf } from './arrow-values.ts';
import { classLabels, FEATURES_KEY, labelled } from './class-labels.ts';
import type { NestedTable, Piece, Values } from './nested-table.ts';
import { noRecords, SAMPLE_ROWS } from './typed-table.ts';

export const isArrowFile = ({ folder, head }: Pick<Source, 'folder' | 'head'>): boolean =>
  !folder && head.subarray(0, 6).toString('latin1') === 'ARROW1';

/** A stream has no mark: it begins with a continuation, −1, and the length of a schema. */
export const isArrowStream = ({ folder, head }: Pick<Source, 'folder' | 'head'>): boolean =>
  !folder && head.length > 8 && head.readInt32LE(0) === -1 && head.readInt32LE(4) < head.length;

/** An Arrow file or stream, with so many of its first rows. Throws `ARROW_DAMAGED`, or `TABLE_NO_RECORDS`. */
export async function arrowTable(source: Source, sampleRows = SAMPLE_ROWS): Promise<NestedTable> {
  const { names, sample } = await beginning(source, sampleRows);
  if (names.length === 0 || sample[0].length === 0) throw noRecords(source.path);
  return {
    names,
    path: source.path,
    sample,
    totalRows: null,
    totalWork: source.bytes,
    pieces: () => piecesOf(source),
  };
}

/** The first rows, of as many batches as it takes. */
async function beginning(
  source: Source,
  most: number,
): Promise<{ names: readonly string[]; sample: Values[] }> {
  let names: readonly string[] = [];
  let sample: unknown[][] = [];
  for await (const piece of piecesOf(source)) {
    names = piece.names;
    if (sample.length === 0) sample = names.map(() => []);
    const more = Math.min(piece.rows, most - sample[0].length);
    for (const [at, values] of piece.columns.entries()) {
      for (let row = 0; row < more; row++) sample[at].push(values.at(row));
    }
    if (sample[0]?.length === most) break;
  }
  return { names, sample };
}

/** Of one buffer, unpacked. */
const MOST_BYTES = 2 ** 31;

type Arrow = typeof import('apache-arrow');

interface NamedPiece extends Piece {
  readonly names: readonly string[];
}

type Guards = typeof import('./arrow-guards.ts');

/** Loaded when it is needed: the library takes longer to start than the rest of the engine. */
async function library(): Promise<Arrow & Guards> {
  const [arrow, guards] = await Promise.all([import('apache-arrow'), import('./arrow-guards.ts')]);
  const { compressionRegistry, CompressionType } = arrow;
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4 });
  // In memory of its own, where values of 8 bytes may begin.
  compressionRegistry.set(CompressionType.ZSTD, {
    decode: (bytes) => Uint8Array.from(zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES })),
  });
  return { ...arrow, ...guards };
}

async function* piecesOf(source: Source): AsyncIterable<NamedPiece> {
  const arrow = await library();
  const { batches, done, close } = isArrowFile(source)
    ? await openFile(arrow, source)
    : openStream(arrow, source);
  try {
    let count = 0;
    for await (const batch of batches) {
      arrow.requireValues(batch);
      const names = batch.schema.fields.map(({ name }) => name);
      const classes = classLabels(batch.schema.metadata.get(FEATURES_KEY));
      const columns = names.map((name, at) =>
        labelled(valuesOf(arrow, batch.getChildAt(at)!), classes.get(name)),
      );
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
async function openFile(arrow: Arrow & Guards, source: Source): Promise<Opened> {
  const file = await open(await fileOf(source));
  let total = 1;
  async function* batches(): AsyncIterable<RecordBatch> {
    const reader = (await arrow.RecordBatchReader.from(
      await arrow.guarded(file),
    )) as AsyncRecordBatchFileReader;
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
