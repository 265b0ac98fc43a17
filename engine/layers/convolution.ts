import { boolean, int } from '../core/fields.ts';
import { size as sizeOf } from '../core/shape.ts';
import { add } from '../ops/add.ts';
import { conv2d } from '../ops/conv2d.ts';
import { reshape } from '../ops/reshape.ts';
import { causalStep } from './causal.ts';
import { initialiserField, kernelAndBias } from './initialisers.ts';
import { defineLayer, type LayerRecord, type Words } from './layer.ts';
import { f32, lastExtent, OUTPUT } from './shapes.ts';
import { onImage, VOLUME, type Space } from './space.ts';
import type { StepContext, StepResult } from './stepwise.ts';
import { unfoldDepth } from './volume.ts';
import {
  dilationField,
  directedPaddingField,
  paddingField,
  sizeField,
  slide,
  strideField,
  windowOf,
} from './window.ts';

/** What convolutions share. */

export const filtersField = int({
  label: 'Filters',
  help: 'How many patterns it learns, and channels that come out.',
  default: 32,
  min: 1,
  max: 8192,
});

export const biasField = boolean({
  label: 'Bias',
  help: 'Adds a trained offset to every filter.',
  default: true,
  advanced: true,
});

const fieldsOf = (space: Space) => ({
  filters: filtersField,
  size: sizeField(space, 3, 'a filter sees'),
  stride: strideField(space, 1),
  padding: space.directed ? directedPaddingField : paddingField,
  dilation: dilationField(space),
  bias: biasField,
  initialiser: initialiserField('he-uniform'),
});

/** A layer that correlates its filters with every place of a sequence, an image or a volume. */
export function convolutionLayer(space: Space, words: Words): LayerRecord<ReturnType<typeof fieldsOf>> {
  return defineLayer({
    ...words,
    category: 'convolution',
    fields: fieldsOf(space),
    inputs: space.inputs,
    outputs: OUTPUT,
    width: 'filters',
    infer({ inputs, params }) {
      const [input] = inputs.input;
      const problem = space.require('input', input);
      if (problem) return { problems: [problem] };
      const extents = slide(params, input, space);
      return 'code' in extents
        ? { problems: [extents] }
        : { outputs: { output: f32(...extents, params.filters) } };
    },
    weights({ inputs, params }) {
      const { filters, size } = params;
      const taps = sizeOf(size);
      const channels = lastExtent(inputs.input[0]);
      return kernelAndBias(
        [...size, channels, filters],
        { in: taps * channels, out: taps * filters },
        params,
      );
    },
    lower({ b, inputs, params, weight }) {
      const [input] = inputs.input;
      const window = windowOf(
        params,
        space.axes.map((axis) => input.type.shape[axis]),
      );
      const kernel = weight('kernel');
      const { slices, filters } =
        space === VOLUME
          ? unfoldDepth(b, input, kernel, params)
          : { slices: input, filters: reshape(b, kernel, [...window.size, ...kernel.type.shape.slice(-2)]) };
      const output = onImage(b, slices, (image) => conv2d(b, image, filters, window));
      return { output: params.bias ? add(b, output, weight('bias')) : output };
    },
    ...(space.directed && { stepwise: convolveStep }),
  });
}

function convolveStep(context: StepContext<ReturnType<typeof fieldsOf>>): StepResult {
  const { b, params, weight } = context;
  const kernel = weight('kernel');
  const filters = reshape(b, kernel, [1, ...kernel.type.shape]);
  const output = causalStep(context, (seen, window) =>
    onImage(b, seen, (image) => conv2d(b, image, filters, window)),
  );
  if (typeof output === 'string') return output;
  return { output: params.bias ? add(b, output, weight('bias')) : output };
}
