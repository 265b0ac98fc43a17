import { number } from '../../core/fields.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { add } from '../../ops/add.ts';
import { div } from '../../ops/div.ts';
import { mul } from '../../ops/mul.ts';
import { sqrt } from '../../ops/sqrt.ts';

/** What Adam and its relatives share: running moments of the gradient and the direction they give. */

export const momentFields = {
  learningRate: number({
    label: 'Learning rate',
    help: 'Upper bound, roughly, of how far a weight moves in one step.',
    default: 0.001,
    min: 0,
    exclusiveMin: true,
  }),
  beta1: number({
    label: 'β₁',
    help: 'Share of the running mean of the gradient that is kept at each step.',
    default: 0.9,
    min: 0,
    max: 1,
    exclusiveMax: true,
    advanced: true,
  }),
  beta2: number({
    label: 'β₂',
    help: 'Share of the running mean of the squared gradient that is kept at each step.',
    default: 0.999,
    min: 0,
    max: 1,
    exclusiveMax: true,
    advanced: true,
  }),
  epsilon: number({
    label: 'ε',
    help: 'Added to the denominator, so that it is never zero.',
    default: 1e-8,
    min: 0,
    exclusiveMin: true,
    advanced: true,
  }),
};

export interface MomentParams {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

type Values = Readonly<Record<string, Value>>;

export const momentSlots = (): readonly string[] => ['mean', 'square'];

/** Names of the shared scalars: `1 − βᵗ` of either moment. */
export const CORRECTIONS = ['correction1', 'correction2'];

/**
 * `1 − βᵗ`, as the running mean of the constant 1: the formula itself would lose most of its digits to
 * cancellation in float32 during the first steps.
 */
export function advanceCorrections(b: Builder, shared: Values, { beta1, beta2 }: MomentParams): Values {
  return {
    correction1: add(b, mul(b, shared.correction1, beta1), 1 - beta1),
    correction2: add(b, mul(b, shared.correction2, beta2), 1 - beta2),
  };
}

/** New moments, and the direction `m̂ / (√v̂ + ε)`. */
export function moments(
  b: Builder,
  { beta1, beta2, epsilon }: MomentParams,
  gradient: Value,
  slots: Values,
  shared: Values,
): { readonly direction: Value; readonly slots: Values } {
  const mean = add(b, mul(b, slots.mean, beta1), mul(b, gradient, 1 - beta1));
  const square = add(b, mul(b, slots.square, beta2), mul(b, mul(b, gradient, gradient), 1 - beta2));
  const denominator = add(b, sqrt(b, div(b, square, shared.correction2)), epsilon);
  return { direction: div(b, div(b, mean, shared.correction1), denominator), slots: { mean, square } };
}
