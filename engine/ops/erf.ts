import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';

const record = unary({
  name: 'erf',
  doc: 'y = erf x = 2/√π ∫₀ˣ e^(-t²) dt',
  evaluate: erf64,
  vjp: (b, { gradient, inputs: [x] }) =>
    mul(b, mul(b, gradient, 2 / Math.sqrt(Math.PI)), exp(b, neg(b, mul(b, x, x)))),
});
export default record;

export const erf = (b: Builder, x: Value): Value => b.emit(record, [x], {});

/** Float64 erf: Maclaurin series near 0, continued fraction of erfc elsewhere (DLMF 7.6.1, 7.9.1). */
function erf64(x: number): number {
  const size = Math.abs(x);
  if (size > 2.5) return Math.sign(x) * (1 - erfc64(size));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function erfc64(x: number): number {
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
