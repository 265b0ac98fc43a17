import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';

const record = unary({
  name: 'neg',
  doc: 'y = -x',
  evaluate: (x) => -x,
  vjp: (b, { gradient }) => neg(b, gradient),
});
export default record;

export const neg = (b: Builder, x: Value): Value => b.emit(record, [x], {});
