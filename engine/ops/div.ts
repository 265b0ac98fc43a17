import type { Builder, Value } from '../ir/builder.ts';
import { binary, emitBinary, type Operand } from './elementwise.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
const record = binary({
  name: 'div',
  doc: 'z = x / y',
  evaluate: (x, y) => x / y,
  vjp: (b, { gradient, inputs: [, y], result, needed }) => [
    needed[0] ? div(b, gradient, y) : null,
    needed[1] ? neg(b, div(b, mul(b, gradient, result), y)) : null,
  ],
});
export default record;

export const div = (b: Builder, x: Operand, y: Operand): Value => emitBinary(b, record, x, y);
