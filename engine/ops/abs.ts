import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
const record = unary({
  name: 'abs',
  doc: 'y = |x|; the gradient at 0 is 0.',
  evaluate: Math.abs,
  vjp: (b, { gradient, inputs: [x] }) => mul(b, gradient, sign(b, x)),
});
export default record;

export const abs = (b: Builder, x: Value): Value => b.emit(record, [x], {});
