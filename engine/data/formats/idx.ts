import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StrataError } from '../../core/errors.ts';
import { boolean } from '../../core/fields.ts';
import type { Split } from '../../core/dataset.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import { contentOf, openSource, type Source } from '../sources/source.ts';

/** Number of bytes of the element types that IDX knows; only bytes (0x08) hold images and labels. */
const UNSIGNED_BYTE = 0x08;
const BATCH_ROWS = 1000;

interface IdxFile {
  readonly source: Source;
  readonly shape: readonly number[];
}

/** Images with their labels, and the part of the data set they are. */
interface IdxPair {
  readonly images: IdxFile;
  readonly labels: IdxFile;
  readonly split: Split | null;
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
    'The format of MNIST: one file of images and one of labels, each with a header that says type and extents ' +
    '(yann.lecun.com/exdb/mnist). Choose either file or their folder; gzip is read as it is.',
  fields,

  async recognise(source) {
    if (source.folder) {
      const files = await idxFilesIn(source.path, source);
      if (files.length === 0) return NOT_RECOGNISED;
      return { confidence: 0.9, reasons: [`The folder holds ${files.length} IDX files.`] };
    }
    const shape = shapeOf(source);
    if (!shape) return NOT_RECOGNISED;
    return { confidence: 1, reasons: [`The file starts with an IDX header: ${shape.join(' × ')} bytes.`] };
  },

  detect: async () => ({}),

  async open(source, { testFiles }) {
    const folder = source.folder ? source.path : dirname(source.path);
    const all = pairsOf(await idxFilesIn(folder, source), folder);
    const chosen = source.folder
      ? all
      : all.filter((pair) => holds(pair, source.path) || (testFiles && pair.split === 'test'));
    const pairs = chosen.filter((pair) => pair.split !== 'test' || testFiles || chosen.length === 1);
    if (!source.folder && !pairs.some((pair) => holds(pair, source.path))) throw missingPartner(source);
    if (pairs.length === 0) throw missingPartner(source);
    return openPairs(pairs);
  },
});

const holds = (pair: IdxPair, path: string): boolean =>
  pair.images.source.path === path || pair.labels.source.path === path;

/** Extents by the header: 0, 0, type, number of extents, then each extent in four bytes, most significant first. */
function shapeOf({ head }: Source): number[] | null {
  if (head.length < 8 || head[0] !== 0 || head[1] !== 0 || head[2] !== UNSIGNED_BYTE) return null;
  const rank = head[3];
  if (rank < 1 || rank > 4 || head.length < 4 + 4 * rank) return null;
  return Array.from({ length: rank }, (_, axis) => head.readUInt32BE(4 + 4 * axis));
}

async function idxFilesIn(folder: string, { scratch, job }: Source): Promise<IdxFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const named = entries.filter((entry) => entry.isFile() && /idx|ubyte/i.test(entry.name));
  const sources = await Promise.all(named.map((entry) => openSource(join(folder, entry.name), scratch, job)));
  return sources.flatMap((source) => {
    const shape = shapeOf(source);
    return shape ? [{ source, shape }] : [];
  });
}

/** Each file of images with the labels that share its prefix, e.g. `train-`. */
function pairsOf(files: readonly IdxFile[], folder: string): IdxPair[] {
  const prefix = (file: IdxFile) => /^[^-_.]*/.exec(file.source.name)?.[0].toLowerCase() ?? '';
  const labels = files.filter(({ shape }) => shape.length === 1);
  return files
    .filter(({ shape }) => shape.length >= 3)
    .flatMap((images) => {
      const partner =
        labels.length === 1 ? labels[0] : labels.find((file) => prefix(file) === prefix(images));
      if (!partner) return [];
      if (partner.shape[0] !== images.shape[0]) throw countMismatch(folder, images, partner);
      const split = /^(t10k|test)/.test(prefix(images)) ? 'test' : null;
      return [{ images, labels: partner, split } as const];
    })
    .sort((a, b) => Number(a.split === 'test') - Number(b.split === 'test'));
}

function openPairs(pairs: readonly IdxPair[]): Reader {
  const [, height, width, channels = 1] = pairs[0].images.shape;
  const total = pairs.reduce((sum, { images }) => sum + images.shape[0], 0);
  // A test part alone is divided like any other data.
  const split = pairs.length > 1;
  return {
    columns: [
      { name: 'image', kind: 'image', role: 'input', shape: [height, width, channels] },
      { name: 'label', kind: 'category', role: 'target' },
    ],
    totalRows: total,
    totalWork: total,
    reasons: pairs.map(({ images, labels, split: part }) => {
      const use = part === 'test' && split ? 'as the test part' : 'for training and validation';
      return `${images.source.name} and ${labels.source.name}: ${images.shape[0]} images, ${use}.`;
    }),
    warnings: [],
    async *rows() {
      let done = 0;
      for (const pair of pairs) {
        for await (const batch of readPair(pair, split ? pair.split : null)) {
          done += batch.rows.length;
          yield { ...batch, done };
        }
      }
    },
  };
}

async function* readPair(
  { images, labels }: IdxPair,
  split: Split | null,
): AsyncIterable<Omit<RowBatch, 'done'>> {
  const count = images.shape[0];
  const pixels = images.shape.slice(1).reduce((product, extent) => product * extent, 1);
  const imageBytes = records(images, pixels);
  const labelBytes = records(labels, 1);
  for (let start = 0; start < count; start += BATCH_ROWS) {
    const length = Math.min(BATCH_ROWS, count - start);
    const [block, classes] = [await take(imageBytes, length), await take(labelBytes, length)];
    const rows = classes.map((label, at) => [block[at], String(label[0])]);
    yield { rows, splits: rows.map(() => split), problems: [] };
  }
}

async function take(iterator: AsyncIterator<Uint8Array>, count: number): Promise<Uint8Array[]> {
  const taken: Uint8Array[] = [];
  while (taken.length < count) {
    const { value, done } = await iterator.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

/** The file's records of `size` bytes behind the header; throws `IDX_TRUNCATED` where there are fewer than promised. */
async function* records({ source, shape }: IdxFile, size: number): AsyncGenerator<Uint8Array> {
  const header = 4 + 4 * shape.length;
  const expected = header + shape[0] * size;
  let rest: Buffer = Buffer.alloc(0);
  let seen = 0;
  let skipped = 0;
  try {
    for await (const chunk of contentOf(source).stream as AsyncIterable<Buffer>) {
      seen += chunk.length;
      let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const skip = Math.min(header - skipped, data.length);
      skipped += skip;
      data = data.subarray(skip);
      let at = 0;
      for (; at + size <= data.length; at += size) yield new Uint8Array(data.subarray(at, at + size));
      rest = data.subarray(at);
    }
  } catch (cause) {
    throw truncated(source, seen, expected, cause);
  }
  if (seen < expected) throw truncated(source, seen, expected);
}

function truncated(source: Source, got: number, expected: number, cause?: unknown): StrataError {
  return new StrataError(
    {
      code: 'IDX_TRUNCATED',
      message: 'The IDX file ends before all the values that its header promises.',
      where: source.path,
      got: `${got} bytes`,
      expected: `${expected} bytes`,
      fix: 'Download or copy the file again.',
    },
    { cause },
  );
}

function countMismatch(folder: string, images: IdxFile, labels: IdxFile): StrataError {
  return new StrataError({
    code: 'IDX_COUNT_MISMATCH',
    message: 'The files of images and labels do not belong together.',
    where: folder,
    got: `${images.shape[0]} images in ${images.source.name}, ${labels.shape[0]} labels in ${labels.source.name}`,
    expected: 'one label per image',
    fix: 'Put the right labels file beside the images.',
  });
}

function missingPartner(source: Source): StrataError {
  return new StrataError({
    code: 'IDX_PARTNER_MISSING',
    message: 'An IDX data set needs a file of images and a file of labels.',
    where: source.path,
    expected: 'both in one folder, with names that begin alike, such as train-images… and train-labels…',
    fix: 'Put the other file into the same folder.',
  });
}
