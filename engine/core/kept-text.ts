import type { TensorType } from './tensor.ts';

/** Texts that are kept with the rows of a data set, as bytes (UTF-8) of one length, filled up with zeros: ids, groups and times. */

/** True for a column of such texts. */
export const isKept = ({ dtype, shape }: TensorType): boolean => dtype === 'u8' && shape.length === 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The first `length` bytes of a text; a character that does not fit is left out. */
export function encodeText(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  encoder.encodeInto(text, bytes);
  return bytes;
}

export function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

export const textBytes = (text: string): number => encoder.encode(text).length;
