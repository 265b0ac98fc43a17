import { basename } from 'node:path';
import { StrataError } from '../../core/errors.ts';
import { openTree } from '../sources/archive.ts';
import { arrayReader, type DataArray } from '../sources/arrays.ts';
import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { MARK, npyArrays } from '../sources/npy.ts';
import { fileOf, type Source } from '../sources/source.ts';
import { isZip } from '../sources/zip.ts';

export default defineFormat({
  id: 'numpy',
  title: 'NumPy arrays',
  doc:
    'Arrays that NumPy saved: an `.npz` archive, a folder of `.npy` files, or one of them. Each array has a row per entry of its first ' +
    'axis; named fields are arrays of their own. Names such as `x_train`, `test_labels` or `y` say what is what; bytes of two axes and more are images.',
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
  if (names.length === 0) return arraysOf(source, source.name, source.path);
  const tree = await openTree(source);
  try {
    const arrays: DataArray[] = [];
    for (const name of names)
      arrays.push(...(await arraysOf(await tree.source(name), name, `${source.path}: ${name}`)));
    return arrays;
  } finally {
    tree.close();
  }
}

async function arraysOf(file: Source, name: string, where: string): Promise<DataArray[]> {
  const sound = <T>(read: () => Promise<T>): Promise<T> => soundly(nameOf(name), where, read);
  const path = await fileOf(file);
  const arrays = await sound(() => npyArrays(path, nameOf(name)));
  return arrays.map((array) => ({ ...array, read: (start, end) => sound(() => array.read(start, end)) }));
}

/** What `read` gives. Throws `NPY_UNREADABLE`. */
async function soundly<T>(name: string, where: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof StrataError) throw cause;
    throw new StrataError(
      {
        code: 'NPY_UNREADABLE',
        message: `The array "${name}" cannot be read.`,
        where,
        got: (cause as Error).message,
        expected: 'a whole array of numbers, truth values, dates or texts',
        fix: 'Save it again with numpy.save, as another type if need be; Python objects and complex numbers are not read.',
      },
      { cause },
    );
  }
}
