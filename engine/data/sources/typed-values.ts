import { open } from 'node:fs/promises';
import { wholeNumber } from '../tables/typed-table.ts';

/** Values of one type that lie side by side in a file: what the readers of NumPy arrays and safetensors share. */
export interface ValueType {
  /** Of one value. */
  readonly bytes: number;
  /** Whole numbers, truth values or texts: what classes are written in. */
  readonly discrete: boolean;
  /** Where a value may be a text: it is one itself, or a whole number that a double does not tell from its neighbours. */
  readonly mixed?: true;
  /** Days or moments, as texts. */
  readonly dates?: true;
  read(view: DataView, at: number, little: boolean): number | string;
}

const float = (bytes: number, read: ValueType['read']): ValueType => ({ bytes, discrete: false, read });
const whole = (bytes: number, read: ValueType['read']): ValueType => ({ bytes, discrete: true, read });

export const BOOL = whole(1, (view, at) => Number(view.getUint8(at) !== 0));
export const U8 = whole(1, (view, at) => view.getUint8(at));
export const I8 = whole(1, (view, at) => view.getInt8(at));
export const U16 = whole(2, (view, at, little) => view.getUint16(at, little));
export const I16 = whole(2, (view, at, little) => view.getInt16(at, little));
export const U32 = whole(4, (view, at, little) => view.getUint32(at, little));
export const I32 = whole(4, (view, at, little) => view.getInt32(at, little));
export const U64: ValueType = {
  ...whole(8, (view, at, little) => wholeNumber(view.getBigUint64(at, little))),
  mixed: true,
};
export const I64: ValueType = {
  ...whole(8, (view, at, little) => wholeNumber(view.getBigInt64(at, little))),
  mixed: true,
};
export const F16 = float(2, (view, at, little) => view.getFloat16(at, little));
export const F32 = float(4, (view, at, little) => view.getFloat32(at, little));
export const F64 = float(8, (view, at, little) => view.getFloat64(at, little));
/** bfloat16 is the upper half of a float32. */
export const BF16 = float(2, (view, at, little) => {
  scratch.setUint32(0, view.getUint16(at, little) << 16);
  return scratch.getFloat32(0);
});
const scratch = new DataView(new ArrayBuffer(4));

/** Some of the values in bytes: from one on, every so many bytes. */
export interface Strided {
  readonly type: ValueType;
  readonly little: boolean;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

export function valuesIn(bytes: Uint8Array, { type, little, start, step, count }: Strided): Values {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: (number | string)[] | Float64Array = emptyValues(type, count);
  for (let at = 0; at < count; at++) values[at] = type.read(view, start + at * step, little);
  return values;
}

export type Values = (number | string)[] | Float64Array;

export const emptyValues = (type: ValueType, count: number): Values =>
  type.mixed ? new Array<number | string>(count) : new Float64Array(count);

/** So many bytes of a file from each of these places on. Throws where the file ends before. */
export async function bytesAt(
  path: string,
  places: readonly number[],
  length: number,
): Promise<Uint8Array[]> {
  const file = await open(path, 'r');
  try {
    const parts: Uint8Array[] = [];
    for (const place of places) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const { bytesRead } = await file.read(bytes, done, length - done, place + done);
        if (bytesRead === 0) throw new Error(`${place + done} bytes instead of ${place + length}`);
        done += bytesRead;
      }
      parts.push(bytes);
    }
    return parts;
  } finally {
    await file.close();
  }
}
