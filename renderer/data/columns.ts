import { isSequence } from '../../engine/core/binding.ts';
import { SPLITS, type Column, type Split } from '../../engine/core/dataset.ts';
import { showNumber } from '../ui/numbers.ts';

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

/** The token of a part's colour, the same as of its curves in charts. */
export const splitColour = (split: Split): string => `--series-${SPLITS.indexOf(split) + 1}`;

/** A number in few digits, for places with little room. */
export const shortNumber = (value: number): string => showNumber(Number(value.toPrecision(4)));
