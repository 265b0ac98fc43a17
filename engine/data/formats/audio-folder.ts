import { StrataError, type Problem } from '../../core/errors.ts';
import { int, number, type ParamsOf } from '../../core/fields.ts';
import { isArchive, openTree, type FileTree } from '../archive.ts';
import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import { classesOf, labelledFiles, type LabelledFile } from '../labelled-files.ts';
import { decodeSound, resampled } from '../sound.ts';
import type { Source } from '../source.ts';

const SOUND_NAME = /\.(wav|wave|flac)$/i;
/** Sounds whose rate and length are looked at before the import; sounds decoded at a time. */
const SAMPLED = 32;
const BATCH_ROWS = 64;

const fields = {
  rate: int({
    label: 'Sampling rate',
    help: 'Samples per second; sounds of another rate are brought to this one.',
    default: 16_000,
    min: 1000,
    max: 192_000,
  }),
  seconds: number({
    label: 'Length in seconds',
    help: 'Longer sounds are cut at their end, shorter ones are filled up with silence.',
    default: 1,
    min: 0,
    exclusiveMin: true,
    max: 600,
  }),
};
type Options = ParamsOf<typeof fields>;

export default defineFormat({
  id: 'audio-folder',
  title: 'Folder of sounds',
  doc:
    'A folder or archive of WAV (8 to 32 bits, any rate) or FLAC files, one folder per class, or with the class at the beginning of ' +
    'their names as in `7_george_3.wav`. Several channels become one. A file that cannot be read is listed and left out.',
  fields,

  async recognise(source) {
    if (!source.folder && !isArchive(source)) return NOT_RECOGNISED;
    const tree = await openTree(source);
    tree.close();
    const files = labelledFiles(tree, SOUND_NAME);
    if (files.length === 0) return NOT_RECOGNISED;
    return {
      confidence: 0.8,
      reasons: [`It holds ${files.length} sounds of ${classesOf(files).length} classes.`],
    };
  },

  async detect(source) {
    const tree = await openTree(source);
    try {
      return await detectSounds(tree);
    } finally {
      tree.close();
    }
  },

  async open(source, options) {
    return openSounds(source, options);
  },
});

/** The most frequent rate, and a length that nearly all sounds fit into. */
async function detectSounds(tree: FileTree): Promise<Partial<Options>> {
  const files = labelledFiles(tree, SOUND_NAME);
  const step = Math.max(1, Math.floor(files.length / SAMPLED));
  const rates = new Map<number, number>();
  const lengths: number[] = [];
  for (let at = 0; at < files.length; at += step) {
    // Only a look: the import reads the sound again and reports what is wrong with it.
    const sound = await decodeSound(await tree.read(files[at].path)).catch(() => null);
    if (!sound) continue;
    rates.set(sound.rate, (rates.get(sound.rate) ?? 0) + 1);
    lengths.push(sound.samples.length / sound.rate);
  }
  if (rates.size === 0) return {};
  lengths.sort((a, b) => a - b);
  const usual = lengths[Math.ceil(lengths.length * 0.95) - 1];
  return {
    rate: [...rates].reduce((a, b) => (b[1] > a[1] ? b : a))[0],
    seconds: Math.max(0.01, Math.round(usual * 100) / 100),
  };
}

async function openSounds(source: Source, options: Options): Promise<Reader> {
  const tree = await openTree(source);
  tree.close();
  const files = labelledFiles(tree, SOUND_NAME);
  const classes = classesOf(files);
  if (classes.length < 2) {
    throw new StrataError({
      code: 'SOUNDS_ONE_CLASS',
      message: 'There must be sounds of at least two classes.',
      where: source.path,
      got: classes.length === 0 ? 'no sounds in folders' : `one class, "${classes[0]}"`,
      expected: 'one folder of sounds per class, or classes at the beginning of the names',
      fix: 'Choose the folder above the class folders.',
    });
  }
  const { rate, seconds } = options;
  return {
    columns: [
      { name: 'sound', kind: 'audio', role: 'input', shape: [Math.round(rate * seconds)], options: { rate } },
      { name: 'class', kind: 'category', role: 'target', classes },
    ],
    totalRows: files.length,
    totalWork: files.length,
    reasons: [`Sounds are brought to ${rate} samples per second and ${seconds} seconds.`],
    warnings: tree.problems,
    rows: () => readSounds(source, files, options),
  };
}

async function* readSounds(
  source: Source,
  files: readonly LabelledFile[],
  options: Options,
): AsyncIterable<RowBatch> {
  const tree = await openTree(source);
  try {
    // What the archive itself says is wrong is reported once, with the first sounds.
    let pending: readonly Problem[] = tree.problems;
    for (let start = 0; start < files.length; start += BATCH_ROWS) {
      const part = files.slice(start, start + BATCH_ROWS);
      const decoded = await Promise.all(part.map((file) => decode(tree, file, options, source.path)));
      const read = part.flatMap((file, at) => {
        const samples = decoded[at];
        return samples instanceof Float32Array ? [{ file, samples }] : [];
      });
      yield {
        rows: read.map(({ file, samples }) => [samples, file.label]),
        splits: read.map(({ file }) => file.split),
        problems: [
          ...pending,
          ...decoded.filter((result): result is Problem => !(result instanceof Float32Array)),
        ],
        done: start + part.length,
      };
      pending = [];
    }
  } finally {
    tree.close();
  }
}

async function decode(
  tree: FileTree,
  { path }: LabelledFile,
  { rate, seconds }: Options,
  where: string,
): Promise<Float32Array | Problem> {
  try {
    const samples = resampled(await decodeSound(await tree.read(path)), rate);
    const cut = new Float32Array(Math.round(rate * seconds));
    cut.set(samples.subarray(0, cut.length));
    return cut;
  } catch (error) {
    return {
      code: 'SOUND_UNREADABLE',
      message: `The sound ${path} cannot be read. It was left out.`,
      where: `${where}: ${path}`,
      got: (error as Error).message,
      expected: 'a whole WAV or FLAC file',
      fix: 'Replace or delete the file.',
    };
  }
}
