import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { mul } from './mul.ts';
const record = unary({
  name: 'rsqrt',
  doc: 'y = 1 / √x',
  evaluate: (x) => 1 / Math.sqrt(x),
  vjp: (b, { gradient, result }) => mul(b, mul(b, gradient, -0.5), mul(b, result, mul(b, result, result))),
});
export default record;

export const rsqrt = (b: Builder, x: Value): Value => b.emit(record, [x], {});
