import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sin } from './sin.ts';
const record = unary({
  name: 'cos',
  doc: 'y = cos x',
  evaluate: Math.cos,
  vjp: (b, { gradient, inputs: [x] }) => neg(b, mul(b, gradient, sin(b, x))),
});
export default record;

export const cos = (b: Builder, x: Value): Value => b.emit(record, [x], {});
