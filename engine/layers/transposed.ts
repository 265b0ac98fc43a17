import { choice } from '../core/fields.ts';
import { size as sizeOf } from '../core/shape.ts';
import { add } from '../ops/add.ts';
import { conv2dInputGradient } from '../ops/conv2d-input-gradient.ts';
import { reshape } from '../ops/reshape.ts';
import { biasField, filtersField } from './convolution.ts';
import { initialiserField, kernelAndBias } from './initialisers.ts';
import { defineLayer, type LayerRecord, type Words } from './layer.ts';
import { f32, features, lastExtent, OUTPUT } from './shapes.ts';
import { onImage, VOLUME, type Space } from './space.ts';
import { depthInFilters, foldDepth } from './volume.ts';
import { dilationField, pair, sizeField, strideField, windowOf, type WindowParams } from './window.ts';

/** Extents whose convolution with this window has the given ones. */
function spread(
  { size, stride, dilation, padding }: Required<WindowParams>,
  extents: readonly number[],
): number[] {
  return extents.map((extent, axis) =>
    padding === 'same'
      ? extent * stride[axis]
      : (extent - 1) * stride[axis] + (size[axis] - 1) * dilation[axis] + 1,
  );
}

const fieldsOf = (space: Space) => ({
  filters: filtersField,
  size: sizeField(space, 4, 'a filter writes'),
  stride: strideField(space, 2),
  padding: choice<'same' | 'valid'>({
    label: 'Padding',
    help: '“same” cuts the border off, so that stride 1 keeps the size; “valid” keeps all that was written.',
    default: 'same',
    options: [
      { value: 'same', label: 'same', help: 'Output size = input size · stride.' },
      { value: 'valid', label: 'valid', help: 'Output size = (input size − 1) · stride + window.' },
    ],
  }),
  dilation: dilationField(space),
  bias: biasField,
  initialiser: initialiserField('he-uniform'),
});

/** A layer that writes its filters, where a convolution reads them, and so makes its input larger. */
export function transposedLayer(space: Space, words: Words): LayerRecord<ReturnType<typeof fieldsOf>> {
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
      const extents = spread(params, features(input).slice(0, -1));
      return { outputs: { output: f32(...extents, params.filters) } };
    },
    weights({ inputs, params: { filters, size, stride, ...params } }) {
      const channels = lastExtent(inputs.input[0]);
      const fan = { in: (sizeOf(size) * channels) / sizeOf(stride), out: sizeOf(size) * filters };
      const [kernel, ...bias] = kernelAndBias([...size, channels, filters], fan, params);
      // What comes in and goes out change places: a convolution's filters are this layer's channels.
      return [{ ...kernel, shape: [...size, filters, channels] }, ...bias];
    },
    lower({ b, inputs, params, weight }) {
      const [input] = inputs.input;
      const larger = spread(params, input.type.shape.slice(1, -1));
      const window = windowOf(params, larger);
      const kernel = weight('kernel');
      const filters = space === VOLUME ? depthInFilters(b, kernel) : kernel;
      const rows = reshape(b, filters, [...window.size, ...filters.type.shape.slice(-2)]);
      const written = onImage(b, input, (image) => {
        const shape = [image.type.shape[0], ...pair(larger), rows.type.shape[2]];
        return conv2dInputGradient(b, image, rows, shape, window);
      });
      const output = space === VOLUME ? foldDepth(b, written, params, larger[0]) : written;
      return { output: params.bias ? add(b, output, weight('bias')) : output };
    },
  });
}
