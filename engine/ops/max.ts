import type { Builder, Value } from '../ir/builder.ts';
import { binary, emitBinary, type Operand } from './elementwise.ts';
import { less } from './less.ts';
import { select } from './select.ts';
const record = binary({
  name: 'max',
  doc: 'z = the larger of x and y; where they are equal, y gets the gradient.',
  evaluate: Math.max,
  vjp: (b, { gradient, inputs: [x, y], needed }) => {
    const first = less(b, y, x);
    return [
      needed[0] ? select(b, first, gradient, 0) : null,
      needed[1] ? select(b, first, 0, gradient) : null,
    ];
  },
});
export default record;

export const maximum = (b: Builder, x: Operand, y: Operand): Value => emitBinary(b, record, x, y);
