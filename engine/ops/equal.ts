import type { Builder, Value } from '../ir/builder.ts';
import { binary, emitBinary, type Operand } from './elementwise.ts';

const record = {
  ...binary({
    name: 'equal',
    doc: 'z = (x = y), a truth value',
    evaluate: (x, y) => (x === y ? 1 : 0),
    result: 'bool',
  }),
  exact: true,
} as const;
export default record;

export const equal = (b: Builder, x: Operand, y: Operand): Value => emitBinary(b, record, x, y);
