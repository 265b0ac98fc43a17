import type { Builder, Value } from '../ir/builder.ts';
import { reduction, restore } from './reduction.ts';

const record = reduction({
  name: 'reduce-sum',
  doc: 'Sum over axes.',
  combine: 'sum',
  evaluate: (elements) => elements.reduce((total, element) => total + element, 0),
  vjp: (b, { gradient, inputs: [x], attributes: { axes } }) => restore(b, gradient, x.type.shape, axes),
});
export default record;

/** Over all axes where none are named. */
export const sum = (
  b: Builder,
  x: Value,
  axes: readonly number[] = x.type.shape.map((_, axis) => axis),
): Value => (axes.length === 0 ? x : b.emit(record, [x], { axes }));
