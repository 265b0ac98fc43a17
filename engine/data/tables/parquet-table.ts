import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors, FileMetaData, ParquetScan } from 'hyparquet';
import { StrataError, type Problem } from '../../core/errors.ts';
import { fileOf, type Source } from '../sources/source.ts';
import { classLabels, FEATURES_KEY, labelled } from './class-labels.ts';
import type { NestedTable, Piece, Values } from './nested-table.ts';
import { noRecords, SAMPLE_ROWS } from './typed-table.ts';

/** Unpacked bytes of a group of rows that are read at once. */
const MOST_BYTES = 64 * 2 ** 20;

export const isParquet = ({ folder, head }: Source): boolean =>
  !folder && head.subarray(0, 4).toString('latin1') === 'PAR1';

async function metadataOf(source: Source): Promise<FileMetaData> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import('hyparquet');
  const file = await fileOf(source);
  return sound(source, async () => parquetMetadataAsync(await asyncBufferFromFile(file)));
}

/** Whether a column has bytes that are not said to be text, such as images. Throws `PARQUET_DAMAGED`. */
export async function holdsBytes(source: Source): Promise<boolean> {
  const { schema } = await metadataOf(source);
  return schema.some(
    ({ type, converted_type, logical_type }) => type === 'BYTE_ARRAY' && !converted_type && !logical_type,
  );
}

/** A Parquet file, with so many of its first rows. Throws `PARQUET_DAMAGED`, or `TABLE_NO_RECORDS`. */
export async function parquetTable(source: Source, sampleRows = SAMPLE_ROWS): Promise<NestedTable> {
  const { parquetSchema } = await import('hyparquet');
  const file = await fileOf(source);
  const metadata = await metadataOf(source);
  const all = await sound(source, async () =>
    parquetSchema(metadata).children.map(({ element }) => element.name),
  );
  const names = [...new Set(all)];
  const classes = classLabels(metadata.key_value_metadata?.find(({ key }) => key === FEATURES_KEY)?.value);
  const total = Number(metadata.num_rows);
  if (names.length === 0 || total === 0) throw noRecords(source.path);
  const read = async (start: number, end: number): Promise<Values[]> =>
    sound(source, async () => {
      const scan = await scanOf(file, metadata, start, end);
      const columns: Values[] = [];
      // One behind the other: what each is unpacked from is free before the next one.
      for (const column of names) columns.push(labelled(await columnOf(scan, column), classes.get(column)));
      return columns;
    });
  return {
    names,
    path: source.path,
    sample: await read(0, Math.min(sampleRows, total)),
    totalRows: total,
    totalWork: total,
    warnings: all.filter((name, at) => all.indexOf(name) < at).map((name) => sameName(source.path, name)),
    async *pieces(): AsyncIterable<Piece> {
      for (const { start, end } of rangesOf(metadata))
        yield { columns: await read(start, end), rows: end - start, done: end };
    },
  };
}

/** Rows that are read at once: those of a group, which lie together, unless they are very many. */
function* rangesOf({ row_groups: groups }: FileMetaData): Iterable<{ start: number; end: number }> {
  let start = 0;
  for (const { num_rows, total_byte_size } of groups) {
    const rows = Number(num_rows);
    const parts = Math.ceil(Number(total_byte_size) / MOST_BYTES) || 1;
    const step = Math.ceil(rows / parts);
    const end = start + rows;
    for (; start < end; start = Math.min(end, start + step))
      yield { start, end: Math.min(end, start + step) };
  }
}

async function scanOf(
  path: string,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
): Promise<ParquetScan> {
  const { asyncBufferFromFile, parquetScan } = await import('hyparquet');
  const file = await asyncBufferFromFile(path);
  return parquetScan({ file, metadata, compressors: await unpackers(), rowStart, rowEnd, utf8: false });
}

/** Node's own, where it has them, are several times as fast as those in JavaScript. */
async function unpackers(): Promise<Compressors> {
  const { compressors } = await import('hyparquet-compressors');
  return {
    ...compressors,
    GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: length }),
    BROTLI: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: length }),
    ZSTD: (bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: length }),
  };
}

/** A column of all rows of a scan. */
async function columnOf({ ranges, readColumn }: ParquetScan, column: string): Promise<Values> {
  const parts: Values[] = [];
  for (const range of ranges) parts.push(await readColumn({ column, ...range }));
  if (parts.length === 1) return parts[0];
  return parts.flatMap((part) => Array.from({ length: part.length }, (_, row) => part.at(row)));
}

function sameName(where: string, name: string): Problem {
  return {
    code: 'COLUMN_NAME',
    message: `Two columns are called "${name}".`,
    where,
    fix: 'Only the first one is read. Give the other one another name if you need it.',
  };
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
