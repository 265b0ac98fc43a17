import type { Builder, Value } from '../ir/builder.ts';
import { equal } from '../ops/equal.ts';
import { not } from '../ops/not.ts';
import type { Dim } from '../core/shape.ts';
import type { LayerProblem, PortType } from './layer.ts';
import { mismatch } from './shapes.ts';

/** What layers share that leave out parts of a sequence. */

export const maskPort = {
  name: 'mask',
  doc: 'True (or not 0) at the positions that count, batch × length. Unconnected: all of them.',
  optional: true,
} as const;

/** A problem unless the mask, where one is connected, says of each of `length` positions whether it counts. */
export function checkMask([mask]: readonly PortType[] = [], length: Dim): LayerProblem | null {
  if (!mask || (mask.dtype !== 'f32' && mask.shape.length === 2 && mask.shape[1] === length)) return null;
  return mismatch('mask', mask, `bool[batch × ${length}]`, {
    message: 'The mask does not say of each position whether it counts.',
    fix: 'Connect the PaddingMask of the tokens that the sequence was made of.',
  });
}

/** The mask as truth values; undefined where none is connected. */
export function maskValue(b: Builder, [mask]: readonly Value[] = []): Value | undefined {
  return mask && mask.type.dtype !== 'bool' ? not(b, equal(b, mask, 0)) : mask;
}
