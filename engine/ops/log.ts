import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';
import { div } from './div.ts';
const record = unary({
  name: 'log',
  doc: 'y = ln x',
  evaluate: Math.log,
  vjp: (b, { gradient, inputs: [x] }) => div(b, gradient, x),
});
export default record;

export const log = (b: Builder, x: Value): Value => b.emit(record, [x], {});
