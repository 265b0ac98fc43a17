import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
const record = unary({
  name: 'sigmoid',
  doc: 'y = 1 / (1 + e^-x)',
  evaluate: (x) => 1 / (1 + Math.exp(-x)),
  vjp: (b, { gradient, result }) => mul(b, gradient, mul(b, result, sub(b, 1, result))),
});
export default record;

export const sigmoid = (b: Builder, x: Value): Value => b.emit(record, [x], {});
