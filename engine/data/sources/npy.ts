import { stat } from 'node:fs/promises';
import { size } from '../../core/shape.ts';
import type { DataArray } from './arrays.ts';
import {
  BOOL,
  bytesAt,
  emptyValues,
  F16,
  F32,
  F64,
  I16,
  I32,
  I64,
  I8,
  U16,
  U32,
  U64,
  U8,
  valuesIn,
  type ValueType,
  type Values,
} from './typed-values.ts';

/** Files that NumPy saved, by its "NPY format" (numpy.lib.format): a header with type, order and shape, and the values behind it. */

export const MARK = '\u0093NUMPY';
/** Mark, version, and the longest of the two forms of a length. */
const PREFIX = 12;

interface Header {
  readonly fields: readonly Field[];
  /** Bytes of one value, or of all fields of a record. */
  readonly item: number;
  /** Stored column by column, as Fortran and MATLAB do. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly start: number;
}

/** A named part of records; the only one of plain arrays has no name. */
interface Field {
  readonly name: string;
  readonly type: ValueType;
  readonly little: boolean;
  /** Of one record's values. */
  readonly shape: readonly number[];
  readonly offset: number;
}

/** The arrays of a file: one, or one for each field where there are records. Throws where they are of a kind that is not read. */
export async function npyArrays(path: string, name: string): Promise<DataArray[]> {
  const header = await headerOf(path);
  const expected = header.start + size(header.shape) * header.item;
  const { size: bytes } = await stat(path);
  if (bytes < expected) throw new Error(`${bytes} bytes instead of ${expected}`);
  const rows = blocks(path, header);
  return header.fields.map((field) => ({
    name: field.name === '' ? name : field.name,
    shape: [...header.shape, ...field.shape],
    discrete: field.type.discrete,
    bytes: field.type === U8,
    ...(field.type.dates && { dates: true }),
    read: async (start, end) => valuesOf(await rows(start, end), end - start, field, header),
  }));
}

async function headerOf(path: string): Promise<Header> {
  const prefix = Buffer.from((await bytesAt(path, [0], PREFIX))[0]);
  const long = prefix[6] > 1;
  const before = long ? PREFIX : PREFIX - 2;
  const length = long ? prefix.readUInt32LE(8) : prefix.readUInt16LE(8);
  if (length > MOST_HEADER) throw new Error(`a header of ${length} bytes`);
  const [bytes] = await bytesAt(path, [before], length);
  const text = Buffer.from(bytes).toString(prefix[6] > 2 ? 'utf8' : 'latin1');
  const descr = /'descr':\s*(\[.*\]|'[^']*')\s*,\s*'(?:fortran_order|shape)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined)
    throw new Error('a header that makes no sense');
  return {
    ...fieldsOf(descr),
    fortran: order === 'True',
    shape: numbersIn(shape),
    start: before + length,
  };
}

const MOST_HEADER = 2 ** 24;

const numbersIn = (text: string): number[] => Array.from(text.matchAll(/\d+/g), ([digits]) => Number(digits));

function fieldsOf(descr: string): Pick<Header, 'fields' | 'item'> {
  if (descr.startsWith("'")) {
    const { type, little } = typeOf(descr.slice(1, -1));
    return { fields: [{ name: '', type, little, shape: [], offset: 0 }], item: type.bytes };
  }
  const fields: Field[] = [];
  let item = 0;
  for (const [, name, code, shape = ''] of descr.matchAll(
    /\('([^']*)',\s*'([^']*)'(?:,\s*\(([\d\s,]*)\))?\)/g,
  )) {
    const extents = numbersIn(shape);
    // Bytes that fill up a record have no name.
    const filler = /^\|V(\d+)$/.exec(code);
    if (!filler || name !== '') fields.push({ name, ...typeOf(code), shape: extents, offset: item });
    item += filler ? Number(filler[1]) : fields.at(-1)!.type.bytes * size(extents);
  }
  // A field may be a record itself.
  if (item === 0 || descr.includes(', [')) throw new Error(`records of ${descr}`);
  return { fields, item };
}

const TYPES: Readonly<Record<string, ValueType>> = {
  ...{
    b1: BOOL,
    u1: U8,
    i1: I8,
    u2: U16,
    i2: I16,
    u4: U32,
    i4: I32,
    u8: U64,
    i8: I64,
    f2: F16,
    f4: F32,
    f8: F64,
  },
};

function typeOf(code: string): Pick<Field, 'type' | 'little'> {
  const [, order = '', kind, bytes, unit] = /^([<>|=]?)([a-zA-Z])(\d+)(?:\[(\w+)\])?$/.exec(code) ?? [];
  const little = order !== '>';
  const plain = TYPES[`${kind}${bytes}`];
  if (plain) return { type: plain, little };
  if (Number(bytes) === 0) throw new Error(`values of the type ${code}`);
  if (kind === 'S') return { type: texts(Number(bytes), 1), little };
  if (kind === 'U') return { type: texts(4 * Number(bytes), 4), little };
  // A length of time is a number of units.
  if (kind === 'm') return { type: I64, little };
  if (kind === 'M' && unit in UNITS) return { type: moments(UNITS[unit]), little };
  throw new Error(`values of type ${code}`);
}

/** Texts of a fixed number of bytes, filled up with zeros: bytes of UTF-8, or code points of 4 bytes. */
const texts = (bytes: number, each: 1 | 4): ValueType => ({
  bytes,
  discrete: true,
  mixed: true,
  read(view, at, little) {
    if (each === 1)
      return Buffer.from(view.buffer, view.byteOffset + at, bytes)
        .toString('utf8')
        .replace(/\0+$/, '');
    const codes = Array.from({ length: bytes / 4 }, (_, letter) => view.getUint32(at + 4 * letter, little));
    // What is no letter becomes the sign for that, as in other texts.
    const letters = codes.map((code) => (code <= 0x10ffff ? code : 0xfffd));
    return String.fromCodePoint(...letters.slice(0, codes.findLastIndex((code) => code > 0) + 1));
  },
});

/** Milliseconds of a count of units since 1970. */
const UNITS: Readonly<Record<string, (count: number) => number>> = {
  Y: (count) => Date.UTC(1970 + count),
  M: (count) => Date.UTC(1970, count),
  W: (count) => count * 604_800_000,
  D: (count) => count * 86_400_000,
  h: (count) => count * 3_600_000,
  m: (count) => count * 60_000,
  s: (count) => count * 1000,
  ms: (count) => count,
  us: (count) => count / 1e3,
  ns: (count) => count / 1e6,
};

const moments = (inMilliseconds: (count: number) => number): ValueType => ({
  bytes: 8,
  discrete: false,
  mixed: true,
  dates: true,
  read(view, at, little) {
    const date = new Date(inMilliseconds(Number(view.getBigInt64(at, little))));
    // "Not a time" is the least of all numbers.
    return Number.isNaN(date.getTime()) ? Number.NaN : date.toISOString();
  },
});

/** The bytes of some rows and, in Fortran's order, of each column of them. Fields of records ask for the same ones. */
function blocks(path: string, { start, item, shape, fortran }: Header) {
  const [rows, ...inner] = shape;
  const width = size(inner);
  const columns = fortran ? width : 1;
  const each = fortran ? item : item * width;
  let last: { readonly key: string; readonly bytes: Promise<Uint8Array[]> } | undefined;
  return (from: number, to: number): Promise<Uint8Array[]> => {
    const key = `${from} ${to}`;
    if (last?.key !== key) {
      const places = Array.from({ length: columns }, (_, column) => start + (column * rows + from) * each);
      last = { key, bytes: bytesAt(path, places, (to - from) * each) };
    }
    return last.bytes;
  };
}

/** The values of a field, row by row. */
function valuesOf(
  blocks: readonly Uint8Array[],
  rows: number,
  { type, little, shape, offset }: Field,
  header: Header,
): Values {
  const inner = header.shape.slice(1);
  const width = size(inner);
  const apart = size(shape);
  const shared = { type, little };
  if (header.fields[0].name === '' && !header.fortran)
    return valuesIn(blocks[0], { ...shared, start: 0, step: type.bytes, count: rows * width });
  const values = emptyValues(type, rows * width * apart);
  for (let at = 0; at < width; at++) {
    const [bytes, first, step] = header.fortran
      ? [blocks[columnOf(at, inner)], 0, header.item]
      : [blocks[0], at * header.item, width * header.item];
    for (let part = 0; part < apart; part++) {
      const start = first + offset + part * type.bytes;
      const read = valuesIn(bytes, { ...shared, start, step, count: rows });
      for (let row = 0; row < rows; row++) values[(row * width + at) * apart + part] = read[row];
    }
  }
  return values;
}

/** Place in Fortran's order, the first axis fastest, of an entry in that of C, the last axis fastest. */
function columnOf(at: number, shape: readonly number[]): number {
  let [rest, place, faster] = [at, 0, size(shape)];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    faster /= shape[axis];
    place += (rest % shape[axis]) * faster;
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}
