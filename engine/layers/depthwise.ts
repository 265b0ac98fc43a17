import { int, type ParamsOf } from '../core/fields.ts';
import { size as sizeOf } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { repeat } from '../ops/broadcast.ts';
import { conv2d } from '../ops/conv2d.ts';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.ts';
import { reshape } from '../ops/reshape.ts';
import { biasField, filtersField } from './convolution.ts';
import { causalStep } from './causal.ts';
import { initialiserField, kernelAndBias } from './initialisers.ts';
import { defineLayer, type LayerRecord, type PortType, type Weight, type Words } from './layer.ts';
import { f32, lastExtent, OUTPUT } from './shapes.ts';
import { onImage, type Space } from './space.ts';
import type { StepContext, StepResult } from './stepwise.ts';
import {
  dilationField,
  directedPaddingField,
  paddingField,
  sizeField,
  slide,
  strideField,
  windowOf,
} from './window.ts';

/** Layers that filter each channel by itself. */

const fieldsOf = (space: Space) => ({
  size: sizeField(space, 3, 'a filter sees'),
  stride: strideField(space, 1),
  padding: space.directed ? directedPaddingField : paddingField,
  dilation: dilationField(space),
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
});
type Fields = ReturnType<typeof fieldsOf>;
type SeparableFields = { readonly filters: typeof filtersField } & Fields;
type Params = ParamsOf<Fields>;

/** Type of a value whose channels have been filtered, or what is wrong with it. */
function inferDepthwise(space: Space, input: PortType, params: Params) {
  const problem = space.require('input', input);
  if (problem) return problem;
  const extents = slide(params, input, space);
  return 'code' in extents ? extents : f32(...extents, lastExtent(input) * params.multiplier);
}

function depthwiseWeights(input: PortType, params: Params): Weight[] {
  const taps = sizeOf(params.size);
  const fan = { in: taps, out: taps * params.multiplier };
  return kernelAndBias([...params.size, lastExtent(input) * params.multiplier], fan, params);
}

type Window = ReturnType<typeof windowOf>;

/** Filters in a window; `kernel`: [...taps, channels · multiplier]. */
function filtered(b: Builder, x: Value, kernel: Value, { multiplier }: Params, window: Window): Value {
  const filters = reshape(b, kernel, [...window.size, kernel.type.shape.at(-1)!]);
  return onImage(b, x, (image) => depthwiseConv2d(b, repeat(b, image, 3, multiplier), filters, window));
}

const windowOver = ({ axes }: Space, { type }: Value, params: Params): Window =>
  windowOf(
    params,
    axes.map((axis) => type.shape[axis]),
  );

/** Mixes the channels of each position; `kernel`: [… 1, channels, filters]. */
function mixed(b: Builder, x: Value, kernel: Value): Value {
  const mixing = reshape(b, kernel, [1, 1, ...kernel.type.shape.slice(-2)]);
  const point = { stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0] } as const;
  return onImage(b, x, (image) => conv2d(b, image, mixing, point));
}

/** A layer that filters each channel by itself. */
export function depthwiseLayer(space: Space, words: Words): LayerRecord<Fields> {
  return defineLayer({
    ...words,
    category: 'convolution',
    fields: fieldsOf(space),
    inputs: space.inputs,
    outputs: OUTPUT,
    infer({ inputs, params }) {
      const output = inferDepthwise(space, inputs.input[0], params);
      return 'code' in output ? { problems: [output] } : { outputs: { output } };
    },
    weights: ({ inputs, params }) => depthwiseWeights(inputs.input[0], params),
    lower({ b, inputs, params, weight }) {
      const [x] = inputs.input;
      const output = filtered(b, x, weight('kernel'), params, windowOver(space, x, params));
      return { output: params.bias ? add(b, output, weight('bias')) : output };
    },
    ...(space.directed && { stepwise: filterStep }),
  });
}

function filterStep(context: StepContext<Fields>): StepResult {
  const { b, params, weight } = context;
  const output = causalStep(context, (seen, window) => filtered(b, seen, weight('kernel'), params, window));
  if (typeof output === 'string') return output;
  return { output: params.bias ? add(b, output, weight('bias')) : output };
}

/** A layer that filters each channel by itself and then mixes them. */
export function separableLayer(space: Space, words: Words): LayerRecord<SeparableFields> {
  return defineLayer({
    ...words,
    category: 'convolution',
    fields: { filters: filtersField, ...fieldsOf(space) },
    inputs: space.inputs,
    outputs: OUTPUT,
    width: 'filters',
    infer({ inputs, params }) {
      const own = inferDepthwise(space, inputs.input[0], params);
      if ('code' in own) return { problems: [own] };
      return { outputs: { output: { dtype: 'f32', shape: own.shape.with(-1, params.filters) } } };
    },
    weights({ inputs: { input }, params }) {
      const [kernel] = depthwiseWeights(input[0], params);
      const fan = { in: lastExtent(input[0]) * params.multiplier, out: params.filters };
      const mixing = [...space.axes.map(() => 1), fan.in, fan.out];
      return [{ ...kernel, name: 'depthwise-kernel' }, ...kernelAndBias(mixing, fan, params)];
    },
    lower({ b, inputs, params, weight }) {
      const [x] = inputs.input;
      const own = filtered(b, x, weight('depthwise-kernel'), params, windowOver(space, x, params));
      const output = mixed(b, own, weight('kernel'));
      return { output: params.bias ? add(b, output, weight('bias')) : output };
    },
    ...(space.directed && { stepwise: separateStep }),
  });
}

function separateStep(context: StepContext<SeparableFields>): StepResult {
  const { b, params, weight } = context;
  const own = causalStep(context, (seen, window) =>
    filtered(b, seen, weight('depthwise-kernel'), params, window),
  );
  if (typeof own === 'string') return own;
  const output = mixed(b, own, weight('kernel'));
  return { output: params.bias ? add(b, output, weight('bias')) : output };
}
