import { decodeWav } from './wav.ts';

/** A sound in one channel. */
export interface Sound {
  readonly rate: number;
  /** −1 … 1 */
  readonly samples: Float32Array;
}

/**
 * Decodes WAV (8 to 64 bits, whole or real numbers, A-law or µ-law) or FLAC; several channels become their mean. Throws an
 * `Error` where it is none of these, ends too early, or has samples that are no numbers.
 */
export async function decodeSound(bytes: Buffer): Promise<Sound> {
  const sound = isFlac(bytes) ? await decodeFlac(bytes) : decodeWav(bytes);
  if (sound.samples.length === 0) throw new Error('There are no samples.');
  if (!sound.samples.every(Number.isFinite)) throw new Error('Some samples are no numbers.');
  return sound;
}

export const isFlac = (bytes: Buffer): boolean => bytes.subarray(0, 4).toString('latin1') === 'fLaC';

async function decodeFlac(bytes: Buffer): Promise<Sound> {
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
  const decoder = new FLACDecoder();
  try {
    await decoder.ready;
    const { channelData, sampleRate, errors } = await decoder.decodeFile(new Uint8Array(bytes));
    if (errors.length > 0) throw new Error(errors[0].message);
    const samples = mixed(channelData);
    if (samples.length < flacLength(bytes)) throw new Error('The samples end too early.');
    return { rate: sampleRate, samples };
  } finally {
    decoder.free();
  }
}

/** Samples of a channel, by the header (RFC 9639, section 8.2): the lower 36 bits of 8 bytes. 0 where it does not say. */
const flacLength = (bytes: Buffer): number => Number(bytes.readBigUInt64BE(18) & 0xfffffffffn);

function mixed(channels: readonly Float32Array[]): Float32Array {
  if (channels.length < 2) return channels[0] ?? new Float32Array(0);
  const means = new Float32Array(channels[0].length);
  for (const channel of channels)
    for (let at = 0; at < means.length; at++) means[at] += channel[at] / channels.length;
  return means;
}

/** Zero crossings of the sinc on each side that a new sample hears. */
const LOBES = 16;

/**
 * The sound at another rate, by windowed-sinc interpolation (Smith, "Digital Audio Resampling", 2002). Where the rate falls, what is
 * above half the new rate is filtered out.
 */
export function resampled({ rate, samples }: Sound, to: number): Float32Array {
  if (rate === to) return samples;
  const ratio = to / rate;
  const cutoff = Math.min(1, ratio);
  const reach = LOBES / cutoff;
  return Float32Array.from({ length: Math.max(1, Math.round(samples.length * ratio)) }, (_, at) => {
    const centre = at / ratio;
    let sum = 0;
    for (
      let n = Math.max(0, Math.ceil(centre - reach));
      n <= Math.min(samples.length - 1, centre + reach);
      n++
    ) {
      const x = (n - centre) * cutoff;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      const hann = 0.5 + 0.5 * Math.cos((Math.PI * x) / LOBES);
      sum += samples[n] * sinc * hann * cutoff;
    }
    return sum;
  });
}
