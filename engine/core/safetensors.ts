import { BYTES, type DType, type TypedArray } from './dtype.ts';
import { StrataError } from './errors.ts';
import { size, type Shape } from './shape.ts';

/**
 * The safetensors file layout: eight bytes with the length of the header, a JSON header that says where each
 * tensor lies, then the tensors' raw little-endian values.
 * Source: https://github.com/huggingface/safetensors#format
 */
export interface NamedTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly NamedTensor[];
}

const CODES = { f32: 'F32', i32: 'I32', u32: 'U32', u8: 'U8', bool: 'U32' } as const satisfies Record<
  DType,
  string
>;
const DTYPES: Readonly<Record<string, DType>> = { F32: 'f32', I32: 'i32', U32: 'u32', U8: 'u8' };
const PREFIX = 8;
/** Of bytes, as in the library. */
const MOST_HEADER = 100_000_000;

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: readonly [number, number];
}

/** Lays out the tensors in their order. */
export function encodeTensors({ metadata, tensors }: TensorFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, dtype, shape, data } of tensors) {
    header[name] = { dtype: CODES[dtype], shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = JSON.stringify(header);
  const unpadded = new TextEncoder().encode(text).length;
  // Spaces after the header keep the first tensor aligned.
  const encoded = new TextEncoder().encode(text + ' '.repeat(-unpadded & 7));
  const file = new Uint8Array(PREFIX + encoded.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(encoded.length), true);
  file.set(encoded, PREFIX);
  let at = PREFIX + encoded.length;
  for (const { data } of tensors) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/** Reads a file back. Throws `TENSOR_FILE_CORRUPT` where header and length do not agree with each other. */
export function decodeTensors(file: Uint8Array): TensorFile {
  const { metadata, entries } = tensorEntries(file, file.length);
  const tensors = entries.map(({ name, code, shape, start, end }) => {
    const dtype = DTYPES[code];
    if (!dtype || end - start !== size(shape) * BYTES[dtype]) throw misplaced(name);
    return { name, dtype, shape, data: view(dtype, copyOf(file.subarray(start, end))) };
  });
  return { metadata, tensors };
}

/** A tensor of any type that the layout knows, as it lies in the file. */
export interface TensorEntry {
  readonly name: string;
  /** e.g. `F32`, `BF16`, `I64`. */
  readonly code: string;
  readonly shape: Shape;
  /** Bytes of the file that are its values. */
  readonly start: number;
  readonly end: number;
}

/** Bytes at the beginning of a file that hold its header, by the first eight of them. Throws `TENSOR_FILE_CORRUPT`. */
export function headerBytes(prefix: Uint8Array): number {
  if (prefix.length < PREFIX) throw corrupt(`the file has ${prefix.length} bytes`);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true));
  if (length > MOST_HEADER) throw corrupt(`a header of ${length} bytes`);
  return PREFIX + length;
}

/** Where the tensors of a file of so many bytes lie, by its beginning. Throws `TENSOR_FILE_CORRUPT`. */
export function tensorEntries(
  beginning: Uint8Array,
  length: number,
): {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly TensorEntry[];
} {
  const { header, start } = readHeader(beginning);
  const { __metadata__: metadata = {}, ...described } = header;
  const entries = Object.entries(described as Record<string, Entry | null>).map(([name, entry]) => {
    const [from, to] = Array.isArray(entry?.data_offsets) ? entry.data_offsets : [NaN, NaN];
    if (!entry || !Array.isArray(entry.shape) || !entry.shape.every(isExtent) || !(to >= from))
      throw misplaced(name);
    if (from < 0 || start + to > length) throw corrupt(`the values of "${name}" are missing`);
    return { name, code: entry.dtype, shape: entry.shape, start: start + from, end: start + to };
  });
  return { metadata: metadata as Record<string, string>, entries };
}

const isExtent = (extent: unknown): boolean => Number.isSafeInteger(extent) && Number(extent) >= 0;

export const misplaced = (name: string): StrataError =>
  corrupt(`the entry of "${name}" does not say where its values are`);

function readHeader(file: Uint8Array): { readonly header: Record<string, unknown>; readonly start: number } {
  const start = headerBytes(file);
  if (start > file.length) throw corrupt('the file ends inside its header');
  const text = new TextDecoder().decode(file.subarray(PREFIX, start));
  try {
    return { header: JSON.parse(text) as Record<string, unknown>, start };
  } catch (error) {
    throw corrupt(error instanceof Error ? error.message : String(error));
  }
}

/** Bytes of their own, so that they are aligned; a Node Buffer's own `slice` would share its memory. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function view(dtype: DType, bytes: ArrayBuffer): TypedArray {
  switch (dtype) {
    case 'f32':
      return new Float32Array(bytes);
    case 'i32':
      return new Int32Array(bytes);
    case 'u8':
      return new Uint8Array(bytes);
    default:
      return new Uint32Array(bytes);
  }
}

function corrupt(got: string): StrataError {
  return new StrataError({
    code: 'TENSOR_FILE_CORRUPT',
    message: 'This is not a complete safetensors file.',
    got,
    expected: 'a header and the values of every tensor that it names',
    fix: 'Use an earlier copy of the file.',
  });
}
