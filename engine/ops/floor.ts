import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';

const record = unary({
  name: 'floor',
  doc: 'y = the largest whole number that is not above x.',
  evaluate: Math.floor,
});
export default record;

export const floor = (b: Builder, x: Value): Value => b.emit(record, [x], {});
