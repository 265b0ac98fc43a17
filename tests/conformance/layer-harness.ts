import { defaultsOf, type Fields, type ParamsOf } from '../../engine/core/fields.ts';
import { BATCH, type Shape } from '../../engine/core/shape.ts';
import type { LayerRecord, PortType, Weight } from '../../engine/layers/layer.ts';
import type { Builder, Value } from '../../engine/ir/builder.ts';
import { fill } from '../../engine/ops/constant.ts';
import { random } from '../../engine/ops/random.ts';
import { checkOp, type OpSample, type SampleInput } from './op-harness.ts';

export interface LayerSample<F extends Fields> {
  readonly name: string;
  readonly params?: Partial<ParamsOf<F>>;
  /** Inputs by port, batch included. */
  readonly inputs: Readonly<Record<string, readonly SampleInput[]>>;
  readonly training?: boolean;
  readonly expected?: OpSample['expected'];
  readonly tolerance?: number;
  readonly differentiable?: boolean;
}

/** Types of a sample's inputs, as a graph would know them. */
export function portTypes(inputs: LayerSample<Fields>['inputs']): Record<string, PortType[]> {
  return Object.fromEntries(
    Object.entries(inputs).map(([port, values]) => [
      port,
      values.map(({ shape, dtype = 'f32' }) => ({ dtype, shape: [BATCH, ...shape.slice(1)] })),
    ]),
  );
}

/**
 * Checks a layer on each sample as the op harness checks ops: its gradient with respect to inputs and weights against finite
 * differences, and WebGPU against the float64 reference. `port` is the output (or `loss`) that is looked at.
 */
export function checkLayer<F extends Fields>(
  layer: LayerRecord<F>,
  samples: readonly LayerSample<F>[],
  port = layer.loss ? 'loss' : 'output',
): void {
  checkOp(
    layer.type,
    samples.map((sample) => toOpSample(layer, sample, port)),
  );
}

function toOpSample<F extends Fields>(layer: LayerRecord<F>, sample: LayerSample<F>, port: string): OpSample {
  const params = { ...defaultsOf(layer.fields), ...sample.params } as ParamsOf<F>;
  const weights = layer.weights?.({ inputs: portTypes(sample.inputs), params }) ?? [];
  const inputs = Object.values(sample.inputs).flat();
  return {
    name: sample.name,
    inputs: [...inputs, ...weights.map(weightInput)],
    expected: sample.expected,
    tolerance: sample.tolerance,
    differentiable: sample.differentiable,
    build: (b, values) => {
      let next = 0;
      const arriving = Object.entries(sample.inputs).map(([name, given]) => [
        name,
        given.map(() => values[next++]),
      ]);
      return lowerLayer(b, layer, {
        params,
        inputs: Object.fromEntries(arriving) as Record<string, Value[]>,
        weights: Object.fromEntries(weights.map(({ name }) => [name, values[next++]])),
        training: sample.training ?? true,
      })[port];
    },
  };
}

/** Variances must not be negative; everything else may be anything. */
function weightInput({ name, shape }: Weight): SampleInput {
  return { shape, range: name.includes('variance') ? [0.5, 2] : [-1, 1] };
}

/** Writes one layer into a program, with the given values for its inputs and weights. */
export function lowerLayer<F extends Fields>(
  b: Builder,
  layer: LayerRecord<F>,
  given: {
    readonly params: ParamsOf<F>;
    readonly inputs: Readonly<Record<string, readonly Value[]>>;
    readonly weights: Readonly<Record<string, Value>>;
    readonly training: boolean;
    readonly update?: (name: string, value: Value) => void;
  },
): Readonly<Record<string, Value>> {
  return layer.lower({
    b,
    params: given.params,
    inputs: given.inputs,
    training: given.training,
    weight: (name) => given.weights[name],
    update: given.update ?? (() => {}),
    random: (shape: Shape) => random(b, fill(b, 7, [], 'u32'), fill(b, 1, [], 'u32'), 3, shape),
    stream: () => ({ seed: fill(b, 7, [], 'u32'), step: fill(b, 1, [], 'u32'), stream: 3 }),
    connected: () => true,
    columns: () => {
      throw new Error('The samples of a layer have no data set.');
    },
  });
}
