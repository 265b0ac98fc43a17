import type { Builder, Value } from '../ir/builder.ts';
import { binary, emitBinary, type Operand } from './elementwise.ts';
import { neg } from './neg.ts';
const record = binary({
  name: 'sub',
  doc: 'z = x - y',
  evaluate: (x, y) => x - y,
  vjp: (b, { gradient, needed }) => [gradient, needed[1] ? neg(b, gradient) : null],
});
export default record;

export const sub = (b: Builder, x: Operand, y: Operand): Value => emitBinary(b, record, x, y);
