import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { minimum } from '../ops/min.ts';
import { mul } from '../ops/mul.ts';
import { sum } from '../ops/reduce-sum.ts';
import { sqrt } from '../ops/sqrt.ts';

/** Keeps the division finite where every gradient is 0; the value is PyTorch's. */
const TINY = 1e-6;

/**
 * Scales gradients of any shapes by one factor, so that together they are no longer than `limit`: their direction stays.
 * Source: Pascanu et al., *On the difficulty of training recurrent neural networks*, ICML 2013.
 */
export function clipByNorm(b: Builder, gradients: readonly Value[], limit: number): Value[] {
  const squares = gradients.map((gradient) => sum(b, mul(b, gradient, gradient)));
  const norm = sqrt(
    b,
    squares.reduce((total, square) => add(b, total, square)),
  );
  const factor = minimum(b, div(b, limit, add(b, norm, TINY)), 1);
  return gradients.map((gradient) => mul(b, gradient, factor));
}
