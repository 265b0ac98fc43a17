import wavefile from 'wavefile';
import { describe, expect, it } from 'vitest';
import { decodeSound, resampled } from './sound.ts';

const sine = (count: number, rate: number, hertz: number): number[] =>
  Array.from({ length: count }, (_, at) => 0.5 * Math.sin((2 * Math.PI * hertz * at) / rate));

function wav(depth: string, channels: readonly number[][], rate = 8000): Buffer {
  const file = new wavefile.WaveFile();
  const scale = depth.endsWith('f') || depth === '64' ? 1 : 2 ** (Number(depth) - 1) - 1;
  const offset = depth === '8' ? 128 : 0;
  const values = channels.map((samples) =>
    samples.map((value) => (scale === 1 ? value : Math.round(value * scale) + offset)),
  );
  file.fromScratch(channels.length, rate, depth, channels.length === 1 ? values[0] : values);
  return Buffer.from(file.toBuffer());
}

/** 0.05 s of a sine of 440 Hz at half the full scale and 8000 samples per second, written by FLAC's own encoder. */
const FLAC =
  'ZkxhQwAAACIQABAAAAECAAECAfQA8AAAAZAk8YZ6NHWB1JMMLYb3yW9bhAAAKCAAAAByZWZlcmVuY2UgbGliRkxBQyAxLjQuMiAyMDIyMTAyMgAAAAD/+HQIAAGPJEYAABWuKMs3FrQbtayW56kAeKuF6Xq0xKsKY5zIyUpW//2uQ5RSld3w/2r/8hinOYRSvtK3+u5xSGFMYqIlqUrbHoxzGGc6MTb/W2f6nIOQ5lYmXpWtNTjGOKUpEXq/f/3aqKUQ5SppPrWlsermOKU7sn9S9KfqsIYxxFK2VpSTa6lnFKcRirhel6tMSrCmOcyMlKVv/9rkOUUpXd8P9q//IYpzmEUr7St/rucUhhTGKiJalK2x6McxhnOjE2/1tn+pyDkOZWJl6VrTU4xjilKRF6v3/92qilEOUqaT61pbHq5jilO7J/UvSn6rCGMcRStlaUk2upZw4uo=';

describe('a sound', () => {
  it.each(['8', '16', '24', '32', '32f', '64'])('in a WAV of %s bits is decoded', async (depth) => {
    const expected = sine(400, 8000, 440);
    const { rate, samples } = await decodeSound(wav(depth, [expected]));
    expect(rate).toBe(8000);
    expect(samples).toHaveLength(400);
    const precision = depth === '8' ? 1 : 3;
    expected.forEach((value, at) => expect(samples[at]).toBeCloseTo(value, precision));
  });

  it('of two channels becomes their mean', async () => {
    const { samples } = await decodeSound(wav('32f', [sine(50, 8000, 440), new Array<number>(50).fill(0)]));
    sine(50, 8000, 440).forEach((value, at) => expect(samples[at]).toBeCloseTo(value / 2, 5));
  });

  it('in FLAC is decoded', async () => {
    const { rate, samples } = await decodeSound(Buffer.from(FLAC, 'base64'));
    expect(rate).toBe(8000);
    expect(samples).toHaveLength(400);
    sine(400, 8000, 440).forEach((value, at) => expect(samples[at]).toBeCloseTo(value, 2));
  });

  /** The same header with other numbers in it, as `[place, number]` of two bytes each. */
  const changed = (bytes: Buffer, ...changes: readonly (readonly [number, number])[]): Buffer => {
    const copy = Buffer.from(bytes);
    for (const [at, value] of changes) copy.writeUInt16LE(value, at);
    return copy;
  };

  it.each([
    ['real numbers in the longer header', '32f', 3],
    ['24 bits in the longer header', '24', 1],
  ])('in a WAV of %s is decoded', async (_, depth, format) => {
    const plain = wav(depth, [sine(400, 8000, 440)]);
    const from = depth === '32f' ? plain.indexOf('data') : 36;
    // Format 0xfffe, 40 bytes long: the format itself begins its last 16 (Microsoft, WAVEFORMATEXTENSIBLE).
    const header = Buffer.concat([changed(plain.subarray(0, 36), [16, 40], [20, 0xfffe]), Buffer.alloc(24)]);
    const long = Buffer.concat([changed(header, [44, format]), plain.subarray(from)]);
    const { samples } = await decodeSound(long);
    expect(samples).toHaveLength(400);
    sine(400, 8000, 440).forEach((value, at) => expect(samples[at]).toBeCloseTo(value, 3));
  });

  it.each(['8a', '8m'])('in a WAV of packed samples (%s) is decoded', async (code) => {
    const file = new wavefile.WaveFile(wav('16', [sine(400, 8000, 440)]));
    file[code === '8a' ? 'toALaw' : 'toMuLaw']();
    const { samples } = await decodeSound(Buffer.from(file.toBuffer()));
    expect(samples).toHaveLength(400);
    sine(400, 8000, 440).forEach((value, at) => expect(samples[at]).toBeCloseTo(value, 1));
  });

  it('of 12 bits in 16 is as loud as it was', async () => {
    const { samples } = await decodeSound(changed(wav('16', [sine(400, 8000, 440)]), [34, 12]));
    sine(400, 8000, 440).forEach((value, at) => expect(samples[at]).toBeCloseTo(value, 3));
  });

  it('of which the length was not known when it was begun is read to its end', async () => {
    const bytes = wav('16', [sine(400, 8000, 440)]);
    bytes.fill(0xff, 40, 44);
    expect((await decodeSound(bytes)).samples).toHaveLength(400);
  });

  it.each([
    ['a WAV ends too early', wav('16', [sine(400, 8000, 440)]).subarray(0, 444), 'too early'],
    ['a FLAC ends too early', Buffer.from(FLAC, 'base64').subarray(0, 200), 'too early'],
    ['samples are no numbers', wav('32f', [[0, NaN]]), 'no numbers'],
    ['there are no samples', wav('16', [[]]), 'no samples'],
    ['samples are packed in another way', changed(wav('16', [[1, 2]]), [20, 2]), '0x2'],
  ])('is refused where %s', async (_, bytes, message) => {
    await expect(decodeSound(bytes)).rejects.toThrow(message);
  });

  it.each(['RIFF....WAVE', 'fLaC and nothing', 'no sound'])('that is none is an error: %s', async (text) => {
    await expect(decodeSound(Buffer.from(text))).rejects.toThrow();
  });
});

describe('another rate', () => {
  it.each([
    [8000, 16000],
    [44100, 16000],
    [16000, 8000],
  ])('%i → %i keeps the tone', (from, to) => {
    const seconds = 0.1;
    const samples = Float32Array.from(sine(from * seconds, from, 440));
    const result = resampled({ rate: from, samples }, to);
    const expected = sine(to * seconds, to, 440);
    expect(result).toHaveLength(expected.length);
    // Away from the ends, where half of what the filter hears is missing.
    for (let at = 200; at < expected.length - 200; at++) expect(result[at]).toBeCloseTo(expected[at], 2);
  });

  it('filters out what it cannot carry', () => {
    const samples = Float32Array.from(sine(3200, 16000, 6000));
    const result = resampled({ rate: 16000, samples }, 8000);
    expect(Math.max(...result.subarray(200, 1400).map(Math.abs))).toBeLessThan(0.01);
  });
});
