import { choice } from '../core/fields.ts';
import { size as sizeOf } from '../core/shape.ts';
import { add } from '../ops/add.ts';
import { conv2dInputGradient } from '../ops/conv2d-input-gradient.ts';
import { biasField, filtersField } from './convolution.ts';
import { initialiserField, kernelAndBias } from './initialisers.ts';
import { defineLayer } from './layer.ts';
import { f32, features, IMAGES, lastExtent, OUTPUT } from './shapes.ts';
import { IMAGE } from './space.ts';
import { dilationField, sizeField, strideField, windowOf, type WindowParams } from './window.ts';

/** Height and width whose convolution with this window has the given ones. */
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

export default defineLayer({
  type: 'conv-transpose2d',
  title: 'ConvTranspose2D',
  category: 'convolution',
  summary: 'Makes images larger with filters it learns.',
  doc:
    '$y_{i·S+r·D,\\; j·S+s·D,\\; f} = b_f + \\sum_{i,j,r,s,c} x_{i,j,c} \\, W_{r,s,f,c}$ with stride $S$ and dilation $D$, the transpose ' +
    'of what Conv2D does: *batch × height × width × channels* becomes *batch × height′ × width′ × filters*.\n\n' +
    'For decoders, generators and segmentation (Zeiler et al., CVPR 2010). A window that the stride does not divide leaves a ' +
    'checkerboard; UpSample2D and a Conv2D do not (Odena et al., Distill 2016).',
  keywords: [
    'deconvolution',
    'transposed convolution',
    'fractionally strided',
    'upsampling',
    'decoder',
    'generator',
  ],
  fields: {
    filters: filtersField,
    size: sizeField(IMAGE, 4, 'a filter writes'),
    stride: strideField(IMAGE, 2),
    padding: choice<'same' | 'valid'>({
      label: 'Padding',
      help: '“same” cuts the border off, so that stride 1 keeps the size; “valid” keeps all that was written.',
      default: 'same',
      options: [
        { value: 'same', label: 'same', help: 'Output size = input size · stride.' },
        { value: 'valid', label: 'valid', help: 'Output size = (input size − 1) · stride + window.' },
      ],
    }),
    dilation: dilationField(IMAGE),
    bias: biasField,
    initialiser: initialiserField('he-uniform'),
  },
  inputs: IMAGES,
  outputs: OUTPUT,
  width: 'filters',
  infer({ inputs, params }) {
    const [input] = inputs.input;
    const problem = IMAGE.require('input', input);
    if (problem) return { problems: [problem] };
    return { outputs: { output: f32(...spread(params, features(input).slice(0, 2)), params.filters) } };
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
    const [batch, ...extents] = input.type.shape;
    const larger = spread(params, extents.slice(0, 2));
    const shape = [batch, ...larger, params.filters];
    const output = conv2dInputGradient(b, input, weight('kernel'), shape, windowOf(params, larger));
    return { output: params.bias ? add(b, output, weight('bias')) : output };
  },
});
