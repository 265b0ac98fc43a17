import type { Builder, Value } from '../ir/builder.ts';
import { binary, emitBinary, type Operand } from './elementwise.ts';
import { less } from './less.ts';
import { select } from './select.ts';
const record = binary({
  name: 'min',
  doc: 'z = the smaller of x and y; where they are equal, y gets the gradient.',
  evaluate: Math.min,
  vjp: (b, { gradient, inputs: [x, y], needed }) => {
    const first = less(b, x, y);
    return [
      needed[0] ? select(b, first, gradient, 0) : null,
      needed[1] ? select(b, first, 0, gradient) : null,
    ];
  },
});
export default record;

export const minimum = (b: Builder, x: Operand, y: Operand): Value => emitBinary(b, record, x, y);
