import { integers } from '../core/fields.ts';
import type { Builder, Value } from '../ir/builder.ts';
import type { Pooling } from '../ops/pooling.ts';
import { defineLayer, type LayerRecord } from './layer.ts';
import { f32, IMAGES, lastExtent, OUTPUT, requireImage } from './shapes.ts';
import { paddingField, slide, strideField, windowOf } from './window.ts';

const fields = {
  size: integers({
    label: 'Window',
    help: 'Rows and columns that become one.',
    default: [2, 2],
    length: 2,
    min: 1,
  }),
  stride: strideField([2, 2]),
  padding: paddingField,
};

type Words = Pick<LayerRecord, 'type' | 'title' | 'summary' | 'doc' | 'keywords'>;

/** A layer that makes one value of each window and channel; the layers differ in their words and in `pool`. */
export function poolingLayer(
  words: Words,
  pool: (b: Builder, image: Value, pooling: Pooling) => Value,
): LayerRecord<typeof fields> {
  return defineLayer({
    ...words,
    category: 'pooling',
    fields,
    inputs: IMAGES,
    outputs: OUTPUT,
    infer({ inputs, params }) {
      const [input] = inputs.input;
      const problem = requireImage('input', input);
      if (problem) return { problems: [problem] };
      const extents = slide(params, input);
      return 'code' in extents
        ? { problems: [extents] }
        : { outputs: { output: f32(...extents, lastExtent(input)) } };
    },
    lower({ b, inputs, params }) {
      const [input] = inputs.input;
      return { output: pool(b, input, windowOf(params, input.type.shape.slice(1, 3))) };
    },
  });
}
