import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { cos } from './cos.ts';
import { mul } from './mul.ts';
const record = unary({
  name: 'sin',
  doc: 'y = sin x',
  evaluate: Math.sin,
  vjp: (b, { gradient, inputs: [x] }) => mul(b, gradient, cos(b, x)),
});
export default record;

export const sin = (b: Builder, x: Value): Value => b.emit(record, [x], {});
