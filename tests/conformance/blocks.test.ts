import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import type { Params } from '../../engine/core/fields.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import { definitionOf } from '../../engine/graph/block.ts';
import { blocks } from '../../engine/graph/catalogue.ts';
import { checkGraph } from '../../engine/graph/check.ts';
import { emptyDocument, type ModelDocument } from '../../engine/graph/document.ts';
import { Builder, type Value } from '../../engine/ir/builder.ts';
import { fill } from '../../engine/ops/constant.ts';
import { mul } from '../../engine/ops/mul.ts';
import { sum } from '../../engine/ops/reduce-sum.ts';
import { differentiate } from '../../engine/passes/differentiate.ts';
import { Lowering } from '../../engine/passes/lower.ts';
import { expectClose } from './op-harness.ts';

/** Ready-made blocks against PyTorch's own layers with the same weights, in float64 (tests/goldens/make_blocks.py). */

interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Golden {
  readonly block: string;
  readonly params: Params;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly upstream: Tensor;
  readonly output: Tensor;
  readonly gradients: Readonly<Record<string, Tensor>>;
}

const goldens = JSON.parse(
  await readFile(new URL('../goldens/blocks.json', import.meta.url), 'utf8'),
) as readonly Golden[];

/** The block, placed once, with an Input for each of its inputs. */
function documentOf({ block, params, inputs }: Golden): ModelDocument {
  const record = blocks.find(({ type }) => type === block)!;
  const node = (id: string, type: string, given: Params) => ({ id, type, params: given, trainable: true });
  const ports = Object.entries(inputs);
  return {
    ...emptyDocument(block),
    groups: [definitionOf(record, block, params as never)],
    nodes: [
      ...ports.map(([name, { shape }]) => node(name, 'input', { columns: [name], shape: shape.slice(1) })),
      node('block', 'group', { group: block }),
      node('result', 'output', {}),
    ],
    edges: [
      ...ports.map(([name]) => ({
        from: { node: name, port: 'output' },
        to: { node: 'block', port: name },
      })),
      { from: { node: 'block', port: 'output' }, to: { node: 'result', port: 'input' } },
    ],
  };
}

function run(golden: Golden): ReadonlyMap<string, NdArray> {
  const b = new Builder(golden.block);
  const states = new Map<string, NdArray>();
  const read = (name: string, { shape, values }: Tensor): Value => {
    states.set(name, ndarray('f32', shape, values));
    return b.read({ name, type: { dtype: 'f32', shape } });
  };
  const inputs = Object.fromEntries(
    Object.entries(golden.inputs).map(([name, tensor]) => [name, read(name, tensor)]),
  );
  const check = checkGraph(documentOf(golden));
  expect(check.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const rows = { train: 1, validation: 0, test: 0 };
  const lowering = new Lowering(b, check.edges, {
    schema: { version: 1, name: 'none', columns: [], rows },
    training: true,
    seed: fill(b, 1, [], 'u32'),
    step: fill(b, 1, [], 'u32'),
    columns: ([name]) => ({ value: inputs[name], columns: [] }),
  });
  for (const path of check.order) lowering.node(check.nodes[path]);
  const { weights, predictions } = lowering.result();
  expect(weights.map(({ state }) => state.name).sort()).toEqual(
    Object.keys(golden.weights)
      .map((name) => `block/${name}`)
      .sort(),
  );
  for (const [name, { shape, values }] of Object.entries(golden.weights)) {
    states.set(`block/${name}`, ndarray('f32', shape, values));
  }
  const output = predictions[0].value;
  b.output('output', output);
  const loss = sum(b, mul(b, output, read('upstream', golden.upstream)));
  const names = Object.keys(golden.gradients);
  differentiate(
    b,
    loss,
    names.map((name) => inputs[name]),
  ).forEach((gradient, at) => b.output(names[at], gradient));
  return interpret(b.finish(), states).outputs;
}

describe.each(goldens)('$block with $params, against PyTorch', (golden) => {
  const results = run(golden);
  it('has its output', () => expectClose(results.get('output')!.data, golden.output.values, 1e-11));
  it.each(Object.keys(golden.gradients))('has its gradient of %s', (name) =>
    expectClose(results.get(name)!.data, golden.gradients[name].values, 1e-11),
  );
});
