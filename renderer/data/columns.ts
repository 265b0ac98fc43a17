import { isSequence } from '../../engine/core/binding.ts';
import type { Column } from '../../engine/core/dataset.ts';

/** What a column's type and shape say of how its values are looked at. */
export type Look = 'number' | 'class' | 'text' | 'tensor';

export function lookOf({ dtype, shape, classes }: Column): Look {
  if (shape.length === 0) return classes ? 'class' : 'number';
  // Bytes of one axis are texts that are kept as they were written; tokens are indices.
  return isSequence({ dtype, shape }) || (dtype === 'u8' && shape.length === 1) ? 'text' : 'tensor';
}

/** A number as it was before it was stored in 32 bits. */
export const plainNumber = (value: number): number => Number(value.toPrecision(7));

/** The token of a colour for a class. */
export const classColour = (index: number): string => `--series-${(index % 6) + 1}`;
