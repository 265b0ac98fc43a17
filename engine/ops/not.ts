import type { Builder, Value } from '../ir/builder.ts';
import { unary } from './elementwise.ts';

const record = unary({ name: 'not', doc: 'y = ¬x, for truth values.', evaluate: (x) => (x === 0 ? 1 : 0) });
export default record;

export const not = (b: Builder, x: Value): Value => b.emit(record, [x], {});
