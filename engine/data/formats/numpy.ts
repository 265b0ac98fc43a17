import { basename } from 'node:path';
import { parse, type NpyArray } from 'npyjs';
import { StrataError } from '../../core/errors.ts';
import { size } from '../../core/shape.ts';
import { openTree } from '../sources/archive.ts';
import { arrayReader, type DataArray } from '../sources/arrays.ts';
import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { contentBytes, type Source } from '../sources/source.ts';
import { isZip } from '../sources/zip.ts';

const MARK = '\u0093NUMPY';

export default defineFormat({
  id: 'numpy',
  title: 'NumPy arrays',
  doc:
    'Arrays that NumPy saved: an `.npz` archive, a folder of `.npy` files, or one of them. Each array has a row per entry of its first ' +
    'axis. Names such as `x_train`, `test_labels` or `y` say what is what; bytes of two axes and more are images.',
  fields: {},

  async recognise(source) {
    if (source.head.subarray(0, MARK.length).toString('latin1') === MARK) {
      return { confidence: 1, reasons: ['The file starts with the mark of a NumPy array.'] };
    }
    const names = await arrayFiles(source);
    if (names.length === 0) return NOT_RECOGNISED;
    return { confidence: 0.9, reasons: [`It holds the NumPy arrays ${names.map(nameOf).join(', ')}.`] };
  },

  detect: async () => ({}),

  async open(source) {
    return arrayReader(await readArrays(source), source.path);
  },
});

const nameOf = (file: string): string => basename(file).replace(/\.npy$/, '');

async function arrayFiles(source: Source): Promise<string[]> {
  if (!source.folder && !isZip(source)) return [];
  const tree = await openTree(source);
  tree.close();
  const arrays = tree.paths.filter((path) => path.endsWith('.npy'));
  // Beside other files an archive's arrays are about something else.
  return source.folder || arrays.length === tree.paths.length ? arrays : [];
}

async function readArrays(source: Source): Promise<DataArray[]> {
  const names = await arrayFiles(source);
  if (names.length === 0) return [arrayOf(source.name, await contentBytes(source), source.path)];
  const tree = await openTree(source);
  try {
    const arrays: DataArray[] = [];
    for (const name of names) arrays.push(arrayOf(name, await tree.read(name), source.path));
    return arrays;
  } finally {
    tree.close();
  }
}

function arrayOf(file: string, bytes: Buffer, path: string): DataArray {
  const array = parsed(file, bytes, path);
  const { shape, dtype } = array;
  const values = inRows(valuesOf(array), array);
  const width = size(shape.slice(1));
  return {
    name: nameOf(file),
    shape,
    discrete: !dtype.startsWith('f'),
    bytes: dtype === 'u1',
    read: async (start, end) =>
      Array.isArray(values)
        ? values.slice(start * width, end * width)
        : values.subarray(start * width, end * width),
  };
}

/** Throws `NPY_UNREADABLE`. */
function parsed(file: string, bytes: Buffer, path: string): NpyArray {
  try {
    const array = parse(new Uint8Array(bytes).buffer);
    const { length } = array.data as unknown as ArrayLike<unknown>;
    if (length === size(array.shape)) return array;
    throw new Error(`${length} values instead of ${size(array.shape)}`);
  } catch (cause) {
    throw new StrataError(
      {
        code: 'NPY_UNREADABLE',
        message: `The array "${nameOf(file)}" cannot be read.`,
        where: `${path}: ${file}`,
        got: (cause as Error).message,
        expected: 'an array of numbers, truth values or texts',
        fix: 'Save it again with numpy.save; tables with named fields and Python objects are not read.',
      },
      { cause },
    );
  }
}

type Values = Float64Array | Uint8Array | string[];

/** The library gives texts as texts, whatever its types say. */
function valuesOf({ data, dtype }: NpyArray): Values {
  const given: unknown = data;
  if (dtype.startsWith('U')) return (given as string[]).map((text) => text.replace(/\0+$/, ''));
  if (data instanceof Uint8Array && dtype === 'u1') return data;
  const numbers = given as ArrayLike<number | bigint>;
  return Float64Array.from({ length: numbers.length }, (_, at) => Number(numbers[at]));
}

/** Values row by row; matrices of Fortran and MATLAB are stored column by column. */
function inRows(values: Values, { fortranOrder, shape }: NpyArray): Values {
  if (!fortranOrder || shape.length < 2) return values;
  const result = values.slice();
  const index = shape.map(() => 0);
  for (let at = 0; at < values.length; at++) {
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * shape[axis] + index[axis];
    result[at] = values[from];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return result;
}
