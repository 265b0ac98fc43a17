import { int, type ParamsOf } from '../core/fields.ts';
import { size as sizeOf } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { repeat } from '../ops/broadcast.ts';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.ts';
import { biasField } from './convolution.ts';
import { initialiserField, kernelAndBias } from './initialisers.ts';
import type { PortType, Weight } from './layer.ts';
import { f32, lastExtent } from './shapes.ts';
import { IMAGE } from './space.ts';
import { dilationField, paddingField, sizeField, slide, strideField, windowOf } from './window.ts';

/** What layers share that filter each channel by itself. */

export const depthwiseFields = {
  size: sizeField(IMAGE, 3, 'a filter sees'),
  stride: strideField(IMAGE, 1),
  padding: paddingField,
  dilation: dilationField(IMAGE),
  multiplier: int({
    label: 'Multiplier',
    help: 'Filters per channel; as many channels come out of each.',
    default: 1,
    min: 1,
    max: 64,
    advanced: true,
  }),
  bias: biasField,
  initialiser: initialiserField('he-uniform'),
};

type Params = ParamsOf<typeof depthwiseFields>;

/** Type of an image whose channels have been filtered, or what is wrong with it. */
export function inferDepthwise(input: PortType, params: Params) {
  const problem = IMAGE.require('input', input);
  if (problem) return problem;
  const extents = slide(params, input, IMAGE);
  return 'code' in extents ? extents : f32(...extents, lastExtent(input) * params.multiplier);
}

export function depthwiseWeights(input: PortType, params: Params): Weight[] {
  const taps = sizeOf(params.size);
  const fan = { in: taps, out: taps * params.multiplier };
  return kernelAndBias([...params.size, lastExtent(input) * params.multiplier], fan, params);
}

export function depthwise(b: Builder, input: Value, kernel: Value, params: Params): Value {
  const window = windowOf(params, input.type.shape.slice(1, 3));
  return depthwiseConv2d(b, repeat(b, input, 3, params.multiplier), kernel, window);
}
