import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';

const record = unary({ name: 'sign', doc: 'y = -1, 0 or 1 by the sign of x.', evaluate: Math.sign });
export default record;

export const sign = (b: Builder, x: Value): Value => b.emit(record, [x], {});
