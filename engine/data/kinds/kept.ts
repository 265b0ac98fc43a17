import type { Shown } from '../../core/browse.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { decodeText, encodeText, textBytes } from '../../core/kept-text.ts';
import type { FitContext, FittedColumn } from './kind.ts';

/** Bytes of a text that are kept. */
export const MOST_BYTES = 256;

/** Keeps texts as they are, for people: bytes, as many as the longest one has. */
export async function keptText({ rows }: Pick<FitContext, 'rows'>): Promise<FittedColumn> {
  let longest = 1;
  let missing = 0;
  for await (const batch of rows()) {
    for (const text of batch) {
      if (text === '') missing++;
      longest = Math.max(longest, textBytes(String(text)));
    }
  }
  const length = Math.min(MOST_BYTES, longest);
  return {
    column: { dtype: 'u8', shape: [length], missing },
    convert: (text) => encodeText(String(text), length),
  };
}

/** A kept text of the length that the column has; undefined where that would cut off what tells it from others. */
export const storeKept = (text: string, [length]: readonly number[]): Uint8Array | undefined =>
  textBytes(text) <= length || length === MOST_BYTES ? encodeText(text, length) : undefined;

export const readKept = (stored: TypedArray): Shown => ({
  form: 'text',
  text: decodeText(stored as Uint8Array),
});
