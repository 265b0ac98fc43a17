import type { Affine } from '../core/dataset.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { exp } from '../ops/exp.ts';
import { log } from '../ops/log.ts';
import { maximum } from '../ops/max.ts';
import { mul } from '../ops/mul.ts';
import { sub } from '../ops/sub.ts';
import type { Weight } from './layer.ts';

/**
 * How values of columns become those that a model computes with, and back. What is measured on the data for it is kept with the weights,
 * so that a trained model is never apart from it.
 */

type Name = 'offset' | 'scale' | 'log1p';

/** The values of weights, by name. */
export type WeightValues = (name: Name) => Value;

/** Smallest number that a logarithm is taken of: later rows may have smaller ones than those of the data set. */
const LEAST = 1e-6;

export function scalingWeights(affine: Affine | undefined): readonly Weight[] {
  if (!affine) return [];
  const weight = (name: Name, values: readonly number[]): Weight => ({
    name,
    shape: [values.length],
    init: { kind: 'values', values },
    role: 'statistic',
    decay: false,
  });
  const { offset, scale, log1p } = affine;
  return [
    weight('offset', offset),
    weight('scale', scale),
    ...(log1p ? [weight('log1p', log1p.map(Number))] : []),
  ];
}

/** (value − offset) · scale, of ln(1 + value) where `log1p` is 1. */
export function scaled(b: Builder, value: Value, weight: WeightValues, { log1p }: Affine): Value {
  const logarithm = (): Value => log(b, maximum(b, add(b, value, 1), LEAST));
  const taken = log1p ? chosen(b, weight('log1p'), logarithm(), value) : value;
  return mul(b, sub(b, taken, weight('offset')), weight('scale'));
}

/** The value that `scaled` makes this one of. */
export function unscaled(
  b: Builder,
  value: Value,
  weight: WeightValues,
  { log1p }: { readonly log1p?: unknown },
): Value {
  const taken = add(b, div(b, value, weight('scale')), weight('offset'));
  if (!log1p) return taken;
  // What is no logarithm may be too large for its power.
  const power = sub(b, exp(b, mul(b, taken, weight('log1p'))), 1);
  return chosen(b, weight('log1p'), power, taken);
}

/** One value where `which` is 1, the other where it is 0. */
const chosen = (b: Builder, which: Value, one: Value, other: Value): Value =>
  add(b, mul(b, one, which), mul(b, other, sub(b, 1, which)));
