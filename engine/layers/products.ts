import { sameShape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { maximum } from '../ops/max.ts';
import { mul } from '../ops/mul.ts';
import { restore } from '../ops/reduction.ts';
import { rsqrt } from '../ops/rsqrt.ts';
import { sum } from '../ops/reduce-sum.ts';
import { reshape } from '../ops/reshape.ts';
import { defineLayer, type LayerRecord, type Words } from './layer.ts';
import { PAIR } from './merging.ts';
import { formatPort, lastExtent, mismatch, OUTPUT, requireReal } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

/** Products of vectors along the last axis, which stays with extent 1. */
export function dot(b: Builder, x: Value, y: Value): Value {
  const { shape } = x.type;
  return reshape(b, sum(b, mul(b, x, y), [shape.length - 1]), shape.with(-1, 1));
}

/** Smallest length that is divided by, as in PyTorch. */
const SHORTEST = 1e-12;

/** Vectors along the last axis, at length 1. */
export function unit(b: Builder, x: Value): Value {
  const { shape } = x.type;
  const axes = [shape.length - 1];
  const inverse = rsqrt(b, maximum(b, sum(b, mul(b, x, x), axes), SHORTEST ** 2));
  return mul(b, x, restore(b, inverse, shape, axes));
}

/** A layer that compares two values vector by vector; the layers differ in their words and in `compare`. */
export function productLayer(
  words: Words,
  compare: (b: Builder, x: Value, y: Value) => Value,
): LayerRecord<Record<never, never>> {
  return defineLayer({
    ...words,
    category: 'merge',
    fields: {},
    inputs: PAIR,
    outputs: OUTPUT,
    infer({ inputs }) {
      const [x, y] = [inputs.x[0], inputs.y[0]];
      const others = sameShape(x.shape.slice(0, -1), y.shape.slice(0, -1));
      const problem =
        requireReal('x', x) ??
        requireReal('y', y) ??
        (sameShape(x.shape, y.shape)
          ? null
          : mismatch('y', y, formatPort(x), {
              message: `${words.title} compares only vectors of one length.`,
              fix: 'Bring both to one shape, for example with a Dense layer before each.',
              ...(others && { repair: { kind: 'resize', extent: lastExtent(x) } as const }),
            }));
      return problem
        ? { problems: [problem] }
        : { outputs: { output: { dtype: 'f32', shape: x.shape.with(-1, 1) } } };
    },
    stepwise: eachPosition,
    lower: ({ b, inputs: { x, y } }) => ({ output: compare(b, x[0], y[0]) }),
  });
}
