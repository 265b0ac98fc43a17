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

/** Nothing is emitted where one of them is the number 1, such as the weight of an only loss. */
export function mul(b: Builder, x: Operand, y: Operand): Value {
  if (typeof x !== 'number' && y === 1) return x;
  if (typeof y !== 'number' && x === 1) return y;
  return emitBinary(b, record, x, y);
}
