import { sameShape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { defineLayer, type LayerRecord, type Words } from './layer.ts';
import { formatPort, mismatch, OUTPUT, requireReal } from './shapes.ts';

/** A layer that joins values of one shape element by element; the layers differ in their words and in `combine`. */
export function mergingLayer(
  words: Words,
  combine: (b: Builder, x: Value, y: Value) => Value,
): LayerRecord<Record<never, never>> {
  return defineLayer({
    ...words,
    category: 'merge',
    fields: {},
    inputs: [{ name: 'inputs', doc: 'Two or more values of one shape.', variadic: true }],
    outputs: OUTPUT,
    infer({ inputs: { inputs } }) {
      const [first] = inputs;
      const other = inputs.find(({ shape }) => !sameShape(shape, first.shape));
      const problem =
        requireReal('inputs', first) ??
        (other &&
          mismatch('inputs', other, formatPort(first), {
            message: `${words.title} takes only values of equal shapes.`,
            fix: 'Bring both to one shape, for example with a Dense or Conv2D layer.',
          }));
      return problem
        ? { problems: [problem] }
        : { outputs: { output: { dtype: 'f32', shape: first.shape } } };
    },
    lower: ({ b, inputs: { inputs } }) => ({
      output: inputs.reduce((merged, value) => combine(b, merged, value)),
    }),
  });
}
