import type { Affine } from '../core/dataset.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { mul } from '../ops/mul.ts';
import { sub } from '../ops/sub.ts';
import type { Weight } from './layer.ts';

/**
 * How values of columns become those that a model computes with, and back. What is measured on the data for it is kept with the weights,
 * so that a trained model is never apart from it.
 */

const NAMES = ['offset', 'scale'] as const;

/** The values of weights, by name. */
export type WeightValues = (name: (typeof NAMES)[number]) => Value;

export function scalingWeights(affine: Affine | undefined): readonly Weight[] {
  if (!affine) return [];
  return NAMES.map((name) => {
    const values = affine[name];
    const init = { kind: 'values', values } as const;
    return { name, shape: [values.length], init, role: 'statistic', decay: false };
  });
}

/** (value − offset) · scale */
export const scaled = (b: Builder, value: Value, weight: WeightValues): Value =>
  mul(b, sub(b, value, weight('offset')), weight('scale'));

/** value / scale + offset */
export const unscaled = (b: Builder, value: Value, weight: WeightValues): Value =>
  add(b, div(b, value, weight('scale')), weight('offset'));
