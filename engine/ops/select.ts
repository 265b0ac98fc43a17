import { ndarray } from '../core/ndarray.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import { select as selectExpression } from '../kernel/scalar.ts';
import { broadcastTo } from './broadcast.ts';
import { fill } from './constant.ts';
import { requireSameType, type NoAttributes, type Operand } from './elementwise.ts';

const record = defineOp<NoAttributes>({
  name: 'select',
  doc: 'x where the condition holds, else y.',
  infer: ([condition, x, y]) => {
    requireSameType('select', x, y);
    requireSameType('select', condition, { dtype: 'bool', shape: x.shape });
    return x;
  },
  evaluate: ([condition, x, y], _, { dtype, shape }) =>
    ndarray(
      dtype,
      shape,
      condition.data.map((holds, at) => (holds !== 0 ? x.data[at] : y.data[at])),
    ),
  vjp: (b, { gradient, inputs: [condition], needed }) => [
    null,
    needed[1] ? select(b, condition, gradient, 0) : null,
    needed[2] ? select(b, condition, 0, gradient) : null,
  ],
  kernel: ([condition, x, y]) => ({
    kind: 'map',
    element: (index) => selectExpression(condition.at(index), x.at(index), y.at(index)),
  }),
});
export default record;

/** The condition is broadcast to the shape of x and y; a number is repeated. One of x and y must be a value. */
export function select(b: Builder, condition: Value, x: Operand, y: Operand): Value {
  const like = typeof x === 'number' ? (y as Value) : x;
  const { dtype, shape } = like.type;
  const [yes, no] = [x, y].map((side) => (typeof side === 'number' ? fill(b, side, shape, dtype) : side));
  return b.emit(record, [broadcastTo(b, condition, shape), yes, no], {});
}
