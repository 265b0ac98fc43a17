import type { Builder, Value } from '../ir/builder.ts';
import { binary, emitBinary, type Operand } from './elementwise.ts';

const record = binary({
  name: 'or',
  doc: 'z = x ∨ y, for truth values',
  evaluate: (x, y) => (x !== 0 || y !== 0 ? 1 : 0),
});
export default record;

export const or = (b: Builder, x: Operand, y: Operand): Value => emitBinary(b, record, x, y);
