import FFT from 'fft.js';
import type { LogMelSettings } from '../../core/dataset.ts';

/** Weaker bands than this count as silence. */
const FLOOR = 1e-10;

const melOf = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Windows of a signal: the first begins at its first sample, and the last that fits ends it. */
export const framesOf = (samples: number, { window, hop }: LogMelSettings): number =>
  samples < window ? 1 : 1 + Math.floor((samples - window) / hop);

/**
 * Log-mel spectrograms, `frames × bands`, row-major: the natural logarithm of the energy of a Hann window in triangular bands of the
 * mel scale from 0 to half the rate (Davis & Mermelstein, IEEE TASSP 28(4), 1980; mel scale of O'Shaughnessy, 1987). A signal
 * shorter than a window is filled up with silence.
 */
export function logMel(settings: LogMelSettings): (signal: Float32Array) => Float32Array {
  const { window, hop, bands } = settings;
  const fft = new FFT(window);
  const spectrum = fft.createComplexArray();
  // Periodic, as for spectra.
  const hann = Float64Array.from(
    { length: window },
    (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / window),
  );
  const filters = melFilters(settings);
  const frame = new Array<number>(window);
  const power = new Float64Array(window / 2 + 1);
  return (signal) => {
    const frames = framesOf(signal.length, settings);
    const result = new Float32Array(frames * bands);
    for (let at = 0; at < frames; at++) {
      for (let n = 0; n < window; n++) frame[n] = hann[n] * (signal[at * hop + n] ?? 0);
      fft.realTransform(spectrum, frame);
      for (let bin = 0; bin < power.length; bin++)
        power[bin] = spectrum[2 * bin] ** 2 + spectrum[2 * bin + 1] ** 2;
      filters.forEach(({ first, weights }, band) => {
        const energy = weights.reduce((sum, weight, offset) => sum + weight * power[first + offset], 0);
        result[at * bands + band] = Math.log(Math.max(energy, FLOOR));
      });
    }
    return result;
  };
}

interface Filter {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Triangles whose corners are evenly spaced on the mel scale. */
function melFilters({ rate, window, bands }: LogMelSettings): Filter[] {
  const top = melOf(rate / 2);
  const corner = (index: number): number => hertzOf((top * index) / (bands + 1));
  return Array.from({ length: bands }, (_, band) => {
    const [left, centre, right] = [corner(band), corner(band + 1), corner(band + 2)];
    const weights = Array.from({ length: window / 2 + 1 }, (_, bin) => {
      const hertz = (bin * rate) / window;
      return Math.max(0, Math.min((hertz - left) / (centre - left), (right - hertz) / (right - centre)));
    });
    const first = Math.max(
      0,
      weights.findIndex((weight) => weight > 0),
    );
    const end = weights.findLastIndex((weight) => weight > 0) + 1;
    return { first, weights: weights.slice(first, end) };
  });
}
