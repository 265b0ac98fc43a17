import type { LogMelSettings } from '../../core/dataset.ts';
import type { Shown } from '../../core/browse.ts';
import { choice, defaultsOf, int, type ParamsOf } from '../../core/fields.ts';
import { framesOf, logMel } from '../sounds/log-mel.ts';
import { standardise } from '../fitting/moments.ts';
import { size as sizeOf } from '../../core/shape.ts';
import { heatMap } from '../images/pictures.ts';
import { showTensor } from '../snapshots/show-tensor.ts';
import { channelStatistics } from './channels.ts';
import { defineKind } from './kind.ts';
import { numbersIn } from './numbers-in.ts';

/** Longest side of a spectrogram in the preview. */
const THUMBNAIL = 96;

const fields = {
  view: choice({
    label: 'Seen as',
    help: 'What a model gets of a sound.',
    default: 'log-mel' as 'log-mel' | 'samples',
    options: [
      { value: 'log-mel', label: 'log-mel spectrogram' },
      { value: 'samples', label: 'samples' },
    ],
  }),
  bands: int({
    label: 'Bands',
    help: 'Bands of the mel scale, from 0 to half the sampling rate.',
    default: 40,
    min: 2,
    max: 256,
  }),
  window: int({
    label: 'Window',
    help: 'Milliseconds of sound that one frame hears; brought to the next power of 2 samples.',
    default: 32,
    min: 2,
    max: 1000,
  }),
  hop: int({
    label: 'Hop',
    help: 'Milliseconds from one frame to the next.',
    default: 16,
    min: 1,
    max: 1000,
  }),
  rate: int({
    label: 'Sampling rate',
    help: 'Samples per second of the sounds as they were read.',
    default: 16_000,
    min: 1000,
    advanced: true,
  }),
};

export default defineKind({
  id: 'audio',
  title: 'Audio',
  doc: 'A sound as a log-mel spectrogram, frames × bands, or as it is, samples × 1. Each band is brought to mean 0 and deviation 1 of the training sounds.',
  fields,
  fixed: true,
  begin({ shape = [1] }, { view, bands, window, hop, rate }) {
    const [samples] = shape;
    const settings = settingsOf({ bands, window, hop, rate });
    const spectrogram = view === 'log-mel' ? logMel(settings) : undefined;
    const form = {
      dtype: 'f32',
      shape: spectrogram ? [framesOf(samples, settings), bands] : [samples, 1],
    } as const;
    return {
      form,
      // Spectrograms are staged, so that each is computed once.
      stage: (cell) => (cell instanceof Float32Array ? (spectrogram?.(cell) ?? cell) : undefined),
      async fit(context) {
        const features = await channelStatistics(context, form.shape[1]);
        const normalisation = context.normalise ? standardise(features) : undefined;
        return {
          column: {
            ...form,
            missing: 0,
            ...(spectrogram && { sound: settings }),
            ...(normalisation && { normalisation }),
          },
          convert: (staged) => staged as Float32Array,
        };
      },
    };
  },
  store(cell, { shape, sound }) {
    if (!sound) return numbersIn(cell, sizeOf(shape));
    const samples = Array.isArray(cell) || ArrayBuffer.isView(cell) ? [...(cell as Iterable<unknown>)] : [];
    const signal = numbersIn(samples, samples.length);
    return signal && framesOf(signal.length, sound) === shape[0]
      ? spectrogramOf(sound)(signal as Float32Array)
      : undefined;
  },
  async show(cell, { options }) {
    if (!(cell instanceof Float32Array)) return '';
    const settings = settingsOf({ ...defaultsOf(fields), ...options });
    return spectrogramPicture(spectrogramOf(settings)(cell), settings.bands, THUMBNAIL);
  },
  async read(stored, column, size) {
    const [, bands] = column.shape;
    const shown = bands === 1 ? showTensor(stored, column, size) : spectrogramPicture(stored, bands, size);
    return { ...(await shown), sound: true };
  },
});

/** Of a window's and a hop's milliseconds. */
function settingsOf({ bands, window, hop, rate }: Omit<ParamsOf<typeof fields>, 'view'>): LogMelSettings {
  return {
    rate,
    bands,
    window: 2 ** Math.ceil(Math.log2((window * rate) / 1000)),
    hop: Math.max(1, Math.round((hop * rate) / 1000)),
  };
}

/** Time from left to right, low bands at the bottom. */
function spectrogramPicture(spectrogram: ArrayLike<number>, bands: number, size: number): Promise<Shown> {
  const frames = spectrogram.length / bands;
  const picture = Float32Array.from(spectrogram, (_, at) => {
    const [band, frame] = [bands - 1 - Math.floor(at / frames), at % frames];
    return spectrogram[frame * bands + band];
  });
  return heatMap(picture, bands, frames, size);
}

/** By their settings: a preview asks for each sound. */
const spectrograms = new Map<string, ReturnType<typeof logMel>>();

function spectrogramOf(settings: LogMelSettings): ReturnType<typeof logMel> {
  const { rate, bands, window, hop } = settings;
  const key = [rate, bands, window, hop].join();
  let spectrogram = spectrograms.get(key);
  if (!spectrogram) spectrograms.set(key, (spectrogram = logMel(settings)));
  return spectrogram;
}
