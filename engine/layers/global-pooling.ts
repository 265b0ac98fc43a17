import type { Builder, Value } from '../ir/builder.ts';
import { defineLayer, type LayerRecord, type Words } from './layer.ts';
import { f32, lastExtent, OUTPUT } from './shapes.ts';
import type { Space } from './space.ts';

/** A layer that makes one value of each channel of a sequence, an image or a volume, whatever its size. */
export function globalPoolingLayer(
  space: Space,
  words: Words,
  pool: (b: Builder, x: Value, axes: readonly number[]) => Value,
): LayerRecord<Record<never, never>> {
  return defineLayer({
    ...words,
    category: 'pooling',
    fields: {},
    inputs: space.inputs,
    outputs: OUTPUT,
    infer({ inputs: { input } }) {
      const problem = space.require('input', input[0]);
      return problem ? { problems: [problem] } : { outputs: { output: f32(lastExtent(input[0])) } };
    },
    lower: ({ b, inputs: { input } }) => ({ output: pool(b, input[0], space.axes) }),
  });
}
