import type { Builder, Value } from '../ir/builder.ts';
import { defineOp } from '../ir/op.ts';
import type { NoAttributes } from './elementwise.ts';

const record = defineOp<NoAttributes>({
  name: 'stop-gradient',
  doc: 'The value itself; no gradient flows through it.',
  infer: ([x]) => x,
  evaluate: ([x]) => x,
  kernel: ([x]) => ({ kind: 'map', element: (index) => x.at(index) }),
  flops: () => 0,
});
export default record;

export const stopGradient = (b: Builder, x: Value): Value => b.emit(record, [x], {});
