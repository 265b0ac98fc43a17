import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { mul } from './mul.ts';
const record = unary({
  name: 'exp',
  doc: 'y = e^x',
  evaluate: Math.exp,
  vjp: (b, { gradient, result }) => mul(b, gradient, result),
});
export default record;

export const exp = (b: Builder, x: Value): Value => b.emit(record, [x], {});
