import type { Builder, Value } from '../ir/builder.ts';
import { reduction } from './reduction.ts';

const record = reduction({
  name: 'argmax',
  doc: 'Index of the first maximum along an axis.',
  combine: 'argmax',
  result: 'i32',
  evaluate: (elements) => elements.reduce((best, element, at) => (element > elements[best] ? at : best), 0),
});
export default record;

export const argmax = (b: Builder, x: Value, axis: number): Value => b.emit(record, [x], { axes: [axis] });
