import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';

const record = unary({
  name: 'is-finite',
  doc: 'True where x is neither infinite nor NaN.',
  evaluate: (x) => (Number.isFinite(x) ? 1 : 0),
  result: 'bool',
});
export default record;

export const isFinite = (b: Builder, x: Value): Value => b.emit(record, [x], {});
