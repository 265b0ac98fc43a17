import type { Builder, Value } from '../ir/builder.ts';
import type { Pooling } from '../ops/pooling.ts';
import { defineLayer, type LayerRecord, type Words } from './layer.ts';
import { f32, lastExtent, OUTPUT } from './shapes.ts';
import { onImage, VOLUME, type Space } from './space.ts';
import { poolDepth } from './volume.ts';
import { paddingField, sizeField, slide, strideField, windowOf } from './window.ts';

const fieldsOf = (space: Space) => ({
  size: sizeField(space, 2, 'become one'),
  stride: strideField(space, 2),
  padding: paddingField,
});

/** A layer that makes one value of each window and channel; the layers differ in their words and in `pool`. */
export function poolingLayer(
  space: Space,
  words: Words,
  pool: (b: Builder, image: Value, pooling: Pooling) => Value,
): LayerRecord<ReturnType<typeof fieldsOf>> {
  return defineLayer({
    ...words,
    category: 'pooling',
    fields: fieldsOf(space),
    inputs: space.inputs,
    outputs: OUTPUT,
    infer({ inputs, params }) {
      const [input] = inputs.input;
      const problem = space.require('input', input);
      if (problem) return { problems: [problem] };
      const extents = slide(params, input, space);
      return 'code' in extents
        ? { problems: [extents] }
        : { outputs: { output: f32(...extents, lastExtent(input)) } };
    },
    lower({ b, inputs, params }) {
      const [input] = inputs.input;
      const window = windowOf(
        params,
        space.axes.map((axis) => input.type.shape[axis]),
      );
      const pooled = onImage(b, input, (image) => pool(b, image, window));
      return { output: space === VOLUME ? poolDepth(b, pooled, params, pool) : pooled };
    },
  });
}
