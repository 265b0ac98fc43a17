import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
const record = unary({
  name: 'tanh',
  doc: 'y = tanh x',
  evaluate: Math.tanh,
  vjp: (b, { gradient, result }) => mul(b, gradient, sub(b, 1, mul(b, result, result))),
});
export default record;

export const tanh = (b: Builder, x: Value): Value => b.emit(record, [x], {});
