import {
  commonImages,
  decodeImage,
  imageColumn,
  imageFields,
  imageReason,
  type ImageOptions,
} from '../images/image-files.ts';
import type { Cell, ReaderColumn } from '../format.ts';
import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import type { Source } from '../sources/source.ts';
import { arrowTable, isArrowFile, isArrowStream } from '../tables/arrow-table.ts';
import { nestedReader, type NestedTable, type Piece, type Values } from '../tables/nested-table.ts';
import { holdsBytes, isParquet, parquetTable } from '../tables/parquet-table.ts';

/** Rows that types are proposed from: images are large. */
const SAMPLE = 200;
/** Images that are decoded at a time. */
const BATCH_IMAGES = 16;

/** PNG, JPEG, GIF, WebP, BMP and TIFF. */
const MARK = /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF[^]{4}WEBP|BM[^]{4}\0{4}|II\*\0|MM\0\*)/;

export default defineFormat({
  id: 'image-column',
  title: 'Table with images inside',
  doc:
    'A Parquet or Arrow table that holds image files as bytes in a column, or in `image.bytes` as the data sets of Hugging Face do. The other ' +
    'columns become columns of the data set; images that cannot be read are listed and left out.',
  fields: imageFields,

  async recognise(source) {
    if (!isTable(source)) return NOT_RECOGNISED;
    // What is wrong with a damaged table is told where it is read.
    if (isParquet(source) && !(await holdsBytes(source).catch(() => false))) return NOT_RECOGNISED;
    const table = await tableOf(source).catch(() => undefined);
    const names = table ? imageColumns(table) : [];
    if (names.length === 0) return NOT_RECOGNISED;
    return { confidence: 1, reasons: [`The column "${names[0]}" of the table holds images.`] };
  },

  async detect(source) {
    const table = await tableOf(source);
    const places = imageColumns(table).map((name) => table.names.indexOf(name));
    const images = places.flatMap((place) =>
      listOf(table.sample[place]).flatMap((value) => bytesOf(value) ?? []),
    );
    return commonImages(images.map((bytes) => async () => bytes));
  },

  async open(source, options) {
    const table = await tableOf(source);
    const columns = new Map(
      imageColumns(table).map((name): [string, ReaderColumn] => [name, { ...imageColumn(options), name }]),
    );
    const places = [...columns.keys()].map((name) => table.names.indexOf(name));
    const none: Values = { length: table.sample[0].length, at: () => null };
    return nestedReader({
      ...table,
      sample: table.sample.map((values, at) => (places.includes(at) ? none : values)),
      whole: columns,
      reasons: [imageReason(options)],
      pieces: () => decoded(table.pieces(), places, options),
    });
  },
});

const isTable = (source: Source): boolean =>
  isParquet(source) || isArrowFile(source) || isArrowStream(source);

/** Recognising, detecting and opening need its first rows. */
const known = new WeakMap<Source, Promise<NestedTable>>();

function tableOf(source: Source): Promise<NestedTable> {
  const table =
    known.get(source) ?? (isParquet(source) ? parquetTable(source, SAMPLE) : arrowTable(source, SAMPLE));
  known.set(source, table);
  return table;
}

const listOf = (values: Values): unknown[] =>
  Array.from({ length: values.length }, (_, row) => values.at(row));

/** Names of columns of which each value that is there is an image. */
function imageColumns({ names, sample }: NestedTable): string[] {
  return names.filter((_, at) => {
    const present = listOf(sample[at]).filter((value) => value !== null && value !== undefined);
    return present.length > 0 && present.every(isImage);
  });
}

function isImage(value: unknown): boolean {
  const bytes = bytesOf(value);
  return bytes !== undefined && MARK.test(bytes.subarray(0, 16).toString('latin1'));
}

/** The bytes of a file: the value itself, or beside the path that it had. */
function bytesOf(value: unknown): Buffer | undefined {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const { bytes } = (value ?? {}) as { readonly bytes?: unknown };
  return bytes instanceof Uint8Array ? bytesOf(bytes) : undefined;
}

/** The same table with pixels for images, some rows at a time: decoded they take more room. */
async function* decoded(
  pieces: AsyncIterable<Piece>,
  places: readonly number[],
  options: ImageOptions,
): AsyncIterable<Piece> {
  let before = 0;
  for await (const { columns, rows, done } of pieces) {
    for (let start = 0; start < rows; start += BATCH_IMAGES) {
      const length = Math.min(BATCH_IMAGES, rows - start);
      const part = await Promise.all(
        columns.map(async (values, at): Promise<Values> => {
          const rest = { length, at: (row: number) => values.at(start + row) };
          return places.includes(at)
            ? Promise.all(listOf(rest).map((value) => pixelsOf(value, options)))
            : rest;
        }),
      );
      yield { columns: part, rows: length, done: before + ((done - before) * (start + length)) / rows };
    }
    before = done;
  }
}

/** The pixels, or why there are none, which is no image and is told as such. */
async function pixelsOf(value: unknown, options: ImageOptions): Promise<Cell> {
  const bytes = bytesOf(value);
  if (!bytes) return null;
  return decodeImage(bytes, options).catch((error: Error) => error.message.split('\n')[0]);
}
