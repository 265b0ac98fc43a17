import { BYTES } from '../core/dtype.ts';
import type { Params } from '../core/fields.ts';
import { BATCH, bindShape, size } from '../core/shape.ts';
import type { TensorType } from '../core/tensor.ts';
import { Builder, type Value } from '../ir/builder.ts';
import type { LayerRecord, PortType, Weight } from '../layers/layer.ts';
import { fill } from '../ops/constant.ts';
import { programFlops } from '../ops/flops.ts';

/** Costs by layer, parameters and input types: an edit changes few nodes, and a deep network repeats the same ones. */
const known = new Map<string, number>();
const MOST_KNOWN = 10_000;

/** Bytes that values of these types take for one example. */
export function activationBytes(types: readonly PortType[]): number {
  return types.reduce(
    (sum, { dtype, shape }) => sum + BYTES[dtype] * size(bindShape(shape, { [BATCH]: 1 })),
    0,
  );
}

/**
 * Floating-point operations of a layer's forward pass for one example, counted on the program it lowers to. Layers that read
 * the data set (inputs, losses without a connected target) count as 0: what they do is small.
 */
export function flopsOf(
  layer: LayerRecord,
  params: Params,
  inputs: Readonly<Record<string, readonly PortType[]>>,
  weights: readonly Weight[],
): number {
  const readsData = layer.inputs.length === 0 || layer.loss !== undefined;
  if (readsData) return 0;
  const key = JSON.stringify([layer.type, params, inputs]);
  const remembered = known.get(key);
  if (remembered !== undefined) return remembered;
  const flops = count(layer, params, inputs, weights);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, flops);
  return flops;
}

function count(
  layer: LayerRecord,
  params: Params,
  inputs: Readonly<Record<string, readonly PortType[]>>,
  weights: readonly Weight[],
): number {
  const b = new Builder('cost');
  const read = (name: string, type: TensorType): Value => b.read({ name, type });
  const values = Object.entries(inputs).map(([port, types]) => [
    port,
    types.map(({ dtype, shape }, at) =>
      read(`${port}.${at}`, { dtype, shape: bindShape(shape, { [BATCH]: 1 }) }),
    ),
  ]);
  layer.lower({
    b,
    params: params as never,
    inputs: Object.fromEntries(values) as Record<string, Value[]>,
    training: false,
    weight: (name) =>
      read(name, { dtype: 'f32', shape: weights.find((weight) => weight.name === name)?.shape ?? [] }),
    update: () => {},
    random: (shape) => fill(b, 0, shape),
    stream: () => ({ seed: fill(b, 0, [], 'u32'), step: fill(b, 0, [], 'u32'), stream: 0 }),
    connected: () => true,
    columns: () => {
      throw new Error(`${layer.title} reads the data set.`);
    },
  });
  return programFlops(b.finish());
}
