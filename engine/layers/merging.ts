import type { Builder, Value } from '../ir/builder.ts';
import { defineLayer, type InferResult, type LayerRecord, type PortType, type Words } from './layer.ts';
import { formatPort, mismatch, OUTPUT, requireReal } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

/** What layers share that join values element by element. */

/** Two values in an order that matters. */
export const PAIR = [
  { name: 'x', doc: 'The first value.' },
  { name: 'y', doc: 'The second value.' },
] as const;

/** Shape rule: as many axes, whose extents are equal or 1; a 1 is repeated. Each value comes with its port. */
export function inferMerged(
  title: string,
  values: readonly (readonly [port: string, type: PortType])[],
): InferResult {
  const [[, first], ...others] = values;
  let { shape } = first;
  for (const [port, type] of values) {
    const problem = requireReal(port, type);
    if (problem) return { problems: [problem] };
  }
  for (const [port, type] of others) {
    const sides = type.shape.map((extent, axis) => [extent, shape[axis]]);
    if (type.shape.length !== shape.length || sides.some(([x, y]) => x !== y && x !== 1 && y !== 1)) {
      const problem = mismatch(port, type, formatPort({ ...first, shape }), {
        message: `${title} takes only values of equal shapes; an extent may also be 1, and is then repeated.`,
        fix: 'Bring both to one shape, for example with a Dense or Conv2D layer.',
      });
      return { problems: [problem] };
    }
    shape = sides.map(([x, y]) => (x === 1 ? y : x));
  }
  return { outputs: { output: { dtype: 'f32', shape } } };
}

/** A layer that joins any number of values; the layers differ in their words, in `combine` and in how they `finish`. */
export function mergingLayer(
  words: Words,
  combine: (b: Builder, x: Value, y: Value) => Value,
  finish: (b: Builder, merged: Value, count: number) => Value = (_, merged) => merged,
): LayerRecord<Record<never, never>> {
  return defineLayer({
    ...words,
    category: 'merge',
    fields: {},
    inputs: [
      { name: 'inputs', doc: 'Two or more values of one shape; an extent of 1 is repeated.', variadic: true },
    ],
    outputs: OUTPUT,
    infer: ({ inputs: { inputs } }) =>
      inferMerged(
        words.title,
        inputs.map((type) => ['inputs', type]),
      ),
    stepwise: eachPosition,
    lower: ({ b, inputs: { inputs } }) => ({
      output: finish(
        b,
        inputs.reduce((merged, value) => combine(b, merged, value)),
        inputs.length,
      ),
    }),
  });
}
