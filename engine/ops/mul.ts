import type { Builder, Value } from '../ir/builder.ts';
import { binary, emitBinary, type Operand } from './elementwise.ts';

const record = binary({
  name: 'mul',
  doc: 'z = x · y',
  evaluate: (x, y) => x * y,
  vjp: (b, { gradient, inputs: [x, y], needed }) => [
    needed[0] ? mul(b, gradient, y) : null,
    needed[1] ? mul(b, gradient, x) : null,
  ],
});
export default record;

export const mul = (b: Builder, x: Operand, y: Operand): Value => emitBinary(b, record, x, y);
