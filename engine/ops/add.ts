import type { Builder, Value } from '../ir/builder.ts';
import { binary, emitBinary, type Operand } from './elementwise.ts';

const record = binary({
  name: 'add',
  doc: 'z = x + y',
  evaluate: (x, y) => x + y,
  vjp: (_, { gradient }) => [gradient, gradient],
});
export default record;

export const add = (b: Builder, x: Operand, y: Operand): Value => emitBinary(b, record, x, y);
