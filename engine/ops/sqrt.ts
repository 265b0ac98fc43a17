import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
const record = unary({
  name: 'sqrt',
  doc: 'y = √x',
  evaluate: Math.sqrt,
  vjp: (b, { gradient, result }) => div(b, gradient, mul(b, result, 2)),
});
export default record;

export const sqrt = (b: Builder, x: Value): Value => b.emit(record, [x], {});
