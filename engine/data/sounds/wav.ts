import type { Sound } from './sound.ts';

/** How samples are written (Microsoft, Multimedia Programming Interface 1.0). */
const [PCM, FLOAT, A_LAW, MU_LAW] = [1, 3, 6, 7];
/** The header goes on, and says it there. */
const EXTENSIBLE = 0xfffe;
/** Sizes from here on stand for one that was not known when the file was begun, or stands elsewhere. */
const UNKNOWN_SIZE = 0x7fff0000;

type Read = (view: DataView, at: number, little: boolean) => number;

/** Samples from −1 to 1, by how they are written and their bytes. Bits that do not fill their bytes stand at the upper end. */
const READERS: Readonly<Record<string, Read>> = {
  [`${PCM} 1`]: (view, at) => (view.getUint8(at) - 128) / 2 ** 7,
  [`${PCM} 2`]: (view, at, little) => view.getInt16(at, little) / 2 ** 15,
  [`${PCM} 3`]: (view, at, little) =>
    (view.getInt8(at + (little ? 2 : 0)) * 2 ** 16 +
      view.getUint8(at + 1) * 2 ** 8 +
      view.getUint8(at + (little ? 0 : 2))) /
    2 ** 23,
  [`${PCM} 4`]: (view, at, little) => view.getInt32(at, little) / 2 ** 31,
  [`${FLOAT} 4`]: (view, at, little) => view.getFloat32(at, little),
  [`${FLOAT} 8`]: (view, at, little) => view.getFloat64(at, little),
  [`${A_LAW} 1`]: (view, at) => fromALaw(view.getUint8(at) ^ 0x55),
  [`${MU_LAW} 1`]: (view, at) => fromMuLaw(~view.getUint8(at)),
};

/** A sign, an exponent and four bits, with every other bit turned (ITU-T G.711, A-law). */
function fromALaw(byte: number): number {
  const [exponent, mantissa] = [(byte >> 4) & 7, (byte & 15) * 2 + 1];
  const size = exponent === 0 ? mantissa : (mantissa + 32) << (exponent - 1);
  return (byte & 0x80 ? size : -size) / 2 ** 12;
}

/** The same with all bits turned and a bias (ITU-T G.711, µ-law). */
function fromMuLaw(byte: number): number {
  const size = (((byte & 15) * 2 + 33) << ((byte >> 4) & 7)) - 33;
  return (byte & 0x80 ? -size : size) / 2 ** 13;
}

/** Decodes WAV; several channels become their mean. Throws an `Error` where it is none, ends too early, or is packed in a way that is not read. */
export function decodeWav(bytes: Buffer): Sound {
  const container = bytes.toString('latin1', 0, 4);
  if (!/^RI(FF|FX)$|^RF64$/.test(container) || bytes.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error('It is no WAV or FLAC file.');
  const little = container !== 'RIFX';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { format, data } = chunksOf(view, bytes, little);
  const { rate, channels, read, frame } = layoutOf(format, little);
  const samples = new Float32Array(Math.floor(data.byteLength / frame));
  for (let at = 0; at < samples.length; at++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += read(data, at * frame + (channel * frame) / channels, little);
    samples[at] = sum / channels;
  }
  return { rate, samples };
}

/** What stands in the header and in the samples. */
function chunksOf(view: DataView, bytes: Buffer, little: boolean): Record<'format' | 'data', DataView> {
  const chunk = (start: number, size: number) =>
    new DataView(view.buffer, view.byteOffset + start, Math.min(size, view.byteLength - start));
  let format: DataView | undefined;
  for (let at = 12; at + 8 <= view.byteLength;) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = view.getUint32(at + 4, little);
    const start = at + 8;
    if (id === 'fmt ') format = chunk(start, size);
    if (id === 'data' && format) {
      if (size < UNKNOWN_SIZE && start + size > view.byteLength)
        throw new Error('The samples end too early.');
      return { format, data: chunk(start, size) };
    }
    at = start + size + (size % 2);
  }
  throw new Error(format ? 'It has no samples.' : 'It has no header.');
}

function layoutOf(format: DataView, little: boolean) {
  if (format.byteLength < 16) throw new Error('Its header ends too early.');
  const named = format.getUint16(0, little);
  const kind = named === EXTENSIBLE && format.byteLength >= 40 ? format.getUint16(24, little) : named;
  const [channels, rate, frame] = [
    format.getUint16(2, little),
    format.getUint32(4, little),
    format.getUint16(12, little),
  ];
  const read = READERS[`${kind} ${frame / channels}`];
  if (!read) throw new Error(`Its samples are packed in a way that is not read (0x${kind.toString(16)}).`);
  if (rate === 0) throw new Error('Its sampling rate is 0.');
  return { rate, channels, read, frame };
}
