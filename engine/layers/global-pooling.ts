import type { Builder, Value } from '../ir/builder.ts';
import { defineLayer, type LayerRecord } from './layer.ts';
import { f32, IMAGES, lastExtent, OUTPUT, requireImage } from './shapes.ts';

type Words = Pick<LayerRecord, 'type' | 'title' | 'summary' | 'doc' | 'keywords'>;

/** Rows and columns of an image batch. */
const AXES = [1, 2];

/** A layer that makes one value of each channel of an image, whatever the image's size. */
export function globalPoolingLayer(
  words: Words,
  pool: (b: Builder, image: Value, axes: readonly number[]) => Value,
): LayerRecord<Record<never, never>> {
  return defineLayer({
    ...words,
    category: 'pooling',
    fields: {},
    inputs: IMAGES,
    outputs: OUTPUT,
    infer({ inputs: { input } }) {
      const problem = requireImage('input', input[0]);
      return problem ? { problems: [problem] } : { outputs: { output: f32(lastExtent(input[0])) } };
    },
    lower: ({ b, inputs: { input } }) => ({ output: pool(b, input[0], AXES) }),
  });
}
