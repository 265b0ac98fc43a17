import { int, number } from '../../core/fields.ts';
import type { FileContent } from '../sources/file-content.ts';
import { sampled } from '../sources/file-rows.ts';
import { decodeSound, resampled } from './sound.ts';

/** Sounds whose rate and length are looked at before the import. */
const SAMPLED = 32;
/** So much more of a sound is brought to another rate than is kept, in seconds: the last samples hear what comes next. */
const BEYOND = 0.1;
/** Longest length that is proposed, in seconds. */
const MOST_PROPOSED = 60;

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

/** Sounds that are one example each. */
export const soundContent: FileContent<typeof fields> = {
  noun: 'sound',
  fields,
  fits: /\.(wav|wave|flac)$/i,
  keepsPath: true,

  /** The most frequent rate, and a length that nearly all sounds fit into, unless models would be slow with it. */
  async detect(tree, paths) {
    const rates = new Map<number, number>();
    const lengths: number[] = [];
    for (const path of sampled(paths, SAMPLED)) {
      // Only a look: the import reads the sound again and reports what is wrong with it.
      const sound = await tree
        .read(path)
        .then(decodeSound)
        .catch(() => null);
      if (!sound) continue;
      rates.set(sound.rate, (rates.get(sound.rate) ?? 0) + 1);
      lengths.push(sound.samples.length / sound.rate);
    }
    if (rates.size === 0) return {};
    lengths.sort((a, b) => a - b);
    const usual = lengths[Math.ceil(lengths.length * 0.95) - 1];
    const [rate] = [...rates].reduce((a, b) => (b[1] > a[1] ? b : a));
    return {
      rate: Math.min(Math.max(rate, fields.rate.min!), fields.rate.max!),
      seconds: Math.min(Math.max(0.01, Math.round(usual * 100) / 100), MOST_PROPOSED),
    };
  },

  column: ({ rate, seconds }) => ({
    name: 'sound',
    kind: 'audio',
    role: 'input',
    shape: [Math.round(rate * seconds)],
    options: { rate },
  }),
  reason: ({ rate, seconds }) => `Sounds are brought to ${rate} samples per second and ${seconds} seconds.`,

  async decode(bytes, { rate, seconds }) {
    const sound = await decodeSound(bytes);
    const heard = sound.samples.subarray(0, Math.ceil((seconds + BEYOND) * sound.rate));
    const samples = resampled({ ...sound, samples: heard }, rate);
    const cut = new Float32Array(Math.round(rate * seconds));
    cut.set(samples.subarray(0, cut.length));
    return cut;
  },

  unreadable: (path) => ({
    code: 'SOUND_UNREADABLE',
    message: `The sound ${path} cannot be read. It was left out.`,
    expected: 'a whole WAV or FLAC file',
    fix: 'Replace or delete the file.',
  }),
};
