import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import type { DType } from '../../engine/core/dtype.ts';
import { parseParams, type Params } from '../../engine/core/fields.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import { layerOf, layers } from '../../engine/graph/catalogue.ts';
import { Builder, type Value } from '../../engine/ir/builder.ts';
import { mul } from '../../engine/ops/mul.ts';
import { sum } from '../../engine/ops/reduce-sum.ts';
import { differentiate } from '../../engine/passes/differentiate.ts';
import { lowerLayer } from './layer-harness.ts';
import { expectClose } from './op-harness.ts';

/** Single layers against PyTorch in float64 (tests/goldens/make_layers.py): outputs, gradients, running statistics. */

interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Golden {
  readonly name: string;
  readonly layer: string;
  readonly params: Params;
  readonly training: boolean;
  /** The output that is looked at, where it is not the only one. */
  readonly port?: string;
  readonly inputs: Readonly<Record<string, readonly Tensor[]>>;
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly output: Tensor;
  readonly upstream: Tensor;
  readonly inputGradients: Readonly<Record<string, readonly (Tensor | null)[]>>;
  readonly weightGradients: Readonly<Record<string, Tensor | null>>;
  readonly updates: Readonly<Record<string, Tensor>>;
}

const goldens = JSON.parse(
  await readFile(new URL('../goldens/layers.json', import.meta.url), 'utf8'),
) as readonly Golden[];

/** Runs a golden's layer in float64; results by name: `output`, `<port>.<n>` and `<weight>` gradients, `new <weight>`. */
function run(golden: Golden): ReadonlyMap<string, NdArray> {
  const layer = layerOf(golden.layer)!;
  const { params, problems } = parseParams(layer.fields, golden.params);
  expect(problems).toEqual([]);
  const b = new Builder(golden.name);
  const states = new Map<string, NdArray>();
  const read = (name: string, { dtype, shape, values }: Tensor): Value => {
    states.set(name, ndarray(dtype, shape, values));
    return b.read({ name, type: { dtype, shape } });
  };
  const inputs = mapValues(golden.inputs, (tensors, port) =>
    tensors.map((tensor, at) => read(`${port}.${at}`, tensor)),
  );
  const weights = mapValues(golden.weights, (tensor, name) => read(name, tensor));
  const results = lowerLayer(b, layer, {
    params,
    inputs,
    weights,
    training: golden.training,
    update: (name, value) => b.output(`new ${name}`, value),
  });
  const output = results[golden.port ?? (layer.loss ? 'loss' : 'output')];
  b.output('output', output);
  const leaves = expectedGradients(golden).map(([name]) => name);
  const loss = sum(b, mul(b, output, read('upstream', golden.upstream)));
  const gradients = differentiate(
    b,
    loss,
    leaves.map((name) => {
      const [port, at] = name.split('.');
      return weights[name] ?? inputs[port][Number(at)];
    }),
  );
  leaves.forEach((name, at) => b.output(name, gradients[at]));
  return interpret(b.finish(), states).outputs;
}

function expectedGradients({ inputGradients, weightGradients }: Golden): [string, Tensor][] {
  const all = [
    ...Object.entries(inputGradients).flatMap(([port, tensors]) =>
      tensors.map((tensor, at) => [`${port}.${at}`, tensor] as const),
    ),
    ...Object.entries(weightGradients),
  ];
  return all.flatMap(([name, tensor]): [string, Tensor][] => (tensor ? [[name, tensor]] : []));
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

describe.each(goldens)('$layer, $name, against PyTorch', (golden) => {
  const results = run(golden);
  const matches = (name: string, { shape, values }: Tensor) => {
    expect(results.get(name)!.shape).toEqual(shape);
    expectClose(results.get(name)!.data, values, 1e-12);
  };

  it('has its output', () => matches('output', golden.output));

  it('has its gradients', () => {
    for (const [name, tensor] of expectedGradients(golden)) matches(name, tensor);
  });

  for (const [name, tensor] of Object.entries(golden.updates)) {
    it(`moves its statistic ${name}`, () => matches(`new ${name}`, tensor));
  }
});

it.each(layers.map(({ type, loss }) => (loss ? `losses/${type}` : type)))(
  'the layer %s has a file of its name and a test beside it',
  (path) => {
    for (const file of [`${path}.ts`, `${path}.test.ts`]) {
      expect(existsSync(new URL(`../../engine/layers/${file}`, import.meta.url)), file).toBe(true);
    }
  },
);
