import type { Builder, Value } from '../ir/builder.ts';
import { binary, emitBinary, type Operand } from './elementwise.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
const record = binary({
  name: 'pow',
  doc: 'z = x^y, for x > 0',
  evaluate: Math.pow,
  vjp: (b, { gradient, inputs: [x, y], result, needed }) => [
    needed[0] ? mul(b, gradient, mul(b, y, pow(b, x, sub(b, y, 1)))) : null,
    needed[1] ? mul(b, gradient, mul(b, result, log(b, x))) : null,
  ],
});
export default record;

export const pow = (b: Builder, x: Operand, y: Operand): Value => emitBinary(b, record, x, y);
