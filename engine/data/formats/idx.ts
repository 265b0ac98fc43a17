import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Split } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import { boolean } from '../../core/fields.ts';
import { size } from '../../core/shape.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type ReaderColumn } from '../format.ts';
import { isArchive, openTree } from '../sources/archive.ts';
import { arrayReader, type DataArray } from '../sources/arrays.ts';
import { splitNamed } from '../splits/split-names.ts';
import { fileOf, openSource, type Source } from '../sources/source.ts';
import { bytesAt, F32, F64, I16, I32, I8, U8, valuesIn, type ValueType } from '../sources/typed-values.ts';

/** The element types, by the number in the header. */
const TYPES: Readonly<Record<number, { readonly type: ValueType; readonly title: string }>> = {
  0x08: { type: U8, title: 'bytes' },
  0x09: { type: I8, title: 'signed bytes' },
  0x0b: { type: I16, title: '16-bit whole numbers' },
  0x0c: { type: I32, title: '32-bit whole numbers' },
  0x0d: { type: F32, title: '32-bit floats' },
  0x0e: { type: F64, title: '64-bit floats' },
};

/** Names of files worth a look among others. */
const NAMED = /idx|ubyte|(images|labels)(\.(gz|bin|dat))?$/i;
/** Words of a name that say what the values are, and not which of the files belong together. */
const ABOUT_VALUES =
  /^(images?|labels?|features|targets?|data|[xy]|idx\d*|ubyte|s?byte|short|int|float|double|gz|bin|dat)$/;
const LABELS = /label|target|(^|[^a-z])y([^a-z]|$)/i;

interface Header {
  readonly type: ValueType;
  readonly title: string;
  readonly shape: readonly number[];
}

interface IdxFile extends Header {
  readonly source: Source;
  readonly labels: boolean;
  /** null for training, which may be all there is. */
  readonly split: Split | null;
  /** What its name shares with the other parts of the data set. */
  readonly set: string;
}

/** Values, the labels that belong to them, and the part of the data set they are. */
interface Part {
  readonly values: IdxFile;
  readonly labels: IdxFile | null;
}

const fields = {
  testFiles: boolean({
    label: 'Use the test files',
    help: 'Files named t10k or test beside the chosen ones become the test part.',
    default: true,
  }),
};

export default defineFormat({
  id: 'idx',
  title: 'IDX images and labels',
  doc:
    'The format of MNIST: a file of images or other arrays and one of labels, each with a header that says type and extents ' +
    '(yann.lecun.com/exdb/mnist). Choose either file, their folder or an archive of them; gzip is read as it is.',
  fields,

  async recognise(source) {
    if (source.folder || isArchive(source)) {
      const files = await idxFilesIn(source);
      if (files.length === 0) return NOT_RECOGNISED;
      return { confidence: 0.9, reasons: [`It holds ${files.length} IDX files.`] };
    }
    const header = headerOf(source);
    if (!header) return NOT_RECOGNISED;
    const { shape, title } = header;
    return { confidence: 1, reasons: [`The file starts with an IDX header: ${shape.join(' × ')} ${title}.`] };
  },

  detect: async () => ({}),

  async open(source, { testFiles }) {
    const whole = source.folder || isArchive(source);
    const all = partsOf(whole ? await idxFilesIn(source) : await filesBeside(source));
    const chosen = whole ? all : besides(all, source);
    const rest = chosen.filter(({ values }) => testFiles || values.split !== 'test');
    return openParts(rest.length > 0 ? rest : chosen, source);
  },
});

/** The part that a chosen file belongs to, and the test files of the same data set. */
function besides(all: readonly Part[], { path }: Source): Part[] {
  const own = all.find((part) => [part.values, part.labels].some((file) => file?.source.path === path));
  return all.filter(
    (part) => part === own || (part.values.split === 'test' && part.values.set === own?.values.set),
  );
}

/** By the header: 0, 0, type, number of extents, then each extent in four bytes, most significant first. */
function headerOf({ head }: Source): Header | null {
  if (head.length < 8 || head[0] !== 0 || head[1] !== 0 || !(head[2] in TYPES)) return null;
  const rank = head[3];
  if (rank < 1 || rank > 4 || head.length < 4 + 4 * rank) return null;
  const shape = Array.from({ length: rank }, (_, axis) => head.readUInt32BE(4 + 4 * axis));
  return { ...TYPES[head[2]], shape };
}

/** Those of a folder or an archive, each once: some archives hold every file again in a folder that is called like it. */
async function idxFilesIn(source: Source): Promise<IdxFile[]> {
  const tree = await openTree(source);
  try {
    const files = new Map<string, IdxFile>();
    for (const path of tree.paths.filter((name) => NAMED.test(name))) {
      const file = idxFile(await tree.source(path), path);
      if (file) files.set(`${file.set} ${file.split} ${file.labels}`, file);
    }
    return [...files.values()];
  } finally {
    tree.close();
  }
}

/** A file and what lies in the same folder. */
async function filesBeside(chosen: Source): Promise<IdxFile[]> {
  const folder = dirname(chosen.path);
  // A file of an archive is the only one of it.
  const entries = chosen.open ? [] : await readdir(folder);
  const names = entries.filter((name) => NAMED.test(name) && name !== chosen.name);
  const others = await Promise.all(
    names.map((name) => openSource(join(folder, name), chosen.scratch, chosen.job)),
  );
  return [chosen, ...others].flatMap((source) => idxFile(source, source.name) ?? []);
}

function idxFile(source: Source, path: string): IdxFile | undefined {
  const header = source.folder ? null : headerOf(source);
  if (!header) return undefined;
  const words = path
    .toLowerCase()
    .replaceAll('t10k', 'test')
    .split(/[^a-z\d]+/);
  const set = new Set(words.filter((word) => !ABOUT_VALUES.test(word) && !splitNamed(word)));
  const split = words.map(splitNamed).find((part) => part !== undefined && part !== 'train') ?? null;
  const labels = header.shape.length === 1 || LABELS.test(source.name);
  return { ...header, source, labels, split, set: [...set].join(' ') };
}

/** Each file of values with its labels: those of the same set and part, or the only ones. Training comes first. */
function partsOf(files: readonly IdxFile[]): Part[] {
  const labels = files.filter((file) => file.labels);
  const values = files.filter((file) => !file.labels);
  const only = labels.length === 1 && values.length === 1;
  const parts = values.map((file): Part => {
    const own = labels.find(({ set, split }) => only || (set === file.set && split === file.split));
    if (own && own.shape[0] !== file.shape[0]) throw countMismatch(file, own);
    return { values: file, labels: own ?? null };
  });
  return parts.sort((a, b) => Number(a.values.split !== null) - Number(b.values.split !== null));
}

/** Throws `IDX_PARTNER_MISSING`, `IDX_SEVERAL` or `IDX_TRUNCATED`. */
async function openParts(parts: readonly Part[], source: Source): Promise<Reader> {
  if (parts.length === 0) throw missingPartner(source.path);
  const sets = new Set(parts.map(({ values }) => values.set));
  if (sets.size > 1) throw several(source, sets);
  const labelled = parts.some(({ labels }) => labels);
  const alone = parts.find(({ labels }) => labelled && !labels);
  if (alone) throw missingPartner(alone.values.source.path);
  const arrays: DataArray[] = [];
  for (const { values, labels } of parts) {
    arrays.push(await arrayOf(values, isImages(values) ? 'image' : 'features'));
    if (labels) arrays.push(await arrayOf(labels, 'label'));
  }
  const reader = arrayReader(arrays, source.path);
  return {
    ...reader,
    columns: parts[0].labels?.type.discrete ? reader.columns.map(firstLabel) : reader.columns,
    reasons: [
      ...parts.map((part) => told(part, parts.length > 1)),
      ...(labelled ? [] : ['No file of labels lies beside it, so there is nothing to predict.']),
    ],
  };
}

const isImages = ({ type, shape }: IdxFile): boolean => type === U8 && shape.length > 2;

/** Of several whole numbers for each row, the first one is its class: QMNIST tells the writer and the origin behind it. */
function firstLabel(column: ReaderColumn): ReaderColumn {
  if (!/^label\.[1-9]/.test(column.name)) return column;
  return { ...column, kind: 'number', role: 'ignore' };
}

function told({ values, labels }: Part, divided: boolean): string {
  const names = [values, labels].flatMap((file) => file?.source.name ?? []).join(' and ');
  const use = divided ? `, for ${values.split ?? 'training'}` : '';
  return `${names}: ${values.shape[0]} rows of ${values.shape.slice(1).join(' × ')} ${values.title}${use}.`;
}

async function arrayOf({ source, shape, type, split }: IdxFile, base: string): Promise<DataArray> {
  const path = await fileOf(source);
  const header = 4 + 4 * shape.length;
  const each = size(shape.slice(1)) * type.bytes;
  const expected = header + shape[0] * each;
  const { size: bytes } = await stat(path);
  if (bytes < expected) throw truncated(source, bytes, expected);
  return {
    name: split ? `${split}_${base}` : base,
    shape,
    discrete: type.discrete,
    bytes: type === U8,
    async read(start, end) {
      const [block] = await bytesAt(path, [header + start * each], (end - start) * each);
      const count = block.length / type.bytes;
      return valuesIn(block, { type, little: false, start: 0, step: type.bytes, count });
    },
  };
}

function truncated(source: Source, got: number, expected: number): StrataError {
  return new StrataError({
    code: 'IDX_TRUNCATED',
    message: 'The IDX file ends before all the values that its header promises.',
    where: source.path,
    got: `${got} bytes`,
    expected: `${expected} bytes`,
    fix: 'Download or copy the file again.',
  });
}

function countMismatch(values: IdxFile, labels: IdxFile): StrataError {
  return new StrataError({
    code: 'IDX_COUNT_MISMATCH',
    message: 'The files of images and labels do not belong together.',
    where: values.source.path,
    got: `${values.shape[0]} images in ${values.source.name}, ${labels.shape[0]} labels in ${labels.source.name}`,
    expected: 'one label per image',
    fix: 'Put the right labels file beside the images.',
  });
}

function missingPartner(where: string): StrataError {
  return new StrataError({
    code: 'IDX_PARTNER_MISSING',
    message:
      'Images and labels of an IDX data set are files that belong together, and one of them is missing.',
    where,
    expected: 'both in one folder, with names that begin alike, such as train-images… and train-labels…',
    fix: 'Put the other file into the same folder.',
  });
}

function several(source: Source, sets: ReadonlySet<string>): StrataError {
  return new StrataError({
    code: 'IDX_SEVERAL',
    message: 'There are several IDX data sets here.',
    where: source.path,
    got: [...sets].map((set) => `"${set}"`).join(', '),
    expected: 'files of one data set',
    fix: 'Choose one of the files; the others of its data set are found by their names.',
  });
}
