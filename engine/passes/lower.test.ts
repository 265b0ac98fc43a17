import { describe, expect, it } from 'vitest';
import { interpret } from '../backends/reference/interpret.ts';
import { bindColumns } from '../core/binding.ts';
import type { DatasetSchema } from '../core/dataset.ts';
import { ndarray, type NdArray } from '../core/ndarray.ts';
import { size } from '../core/shape.ts';
import { emptyDocument, type ModelDocument, type ModelNode } from '../graph/document.ts';
import { Builder } from '../ir/builder.ts';
import { printProgram } from '../ir/print.ts';
import { lower, type LoweredModel } from './lower.ts';

const BATCH = 4;

const schema: DatasetSchema = {
  version: 1,
  name: 'points',
  rows: { train: 8, validation: 0, test: 0 },
  columns: [
    { name: 'x', role: 'input', kind: 'number', dtype: 'f32', shape: [], missing: 0 },
    { name: 'y', role: 'target', kind: 'number', dtype: 'f32', shape: [], missing: 0 },
  ],
};

/** Nodes in one line, each fed by the one before; `to` names the port where it is not `input`. */
function line(...nodes: (Partial<ModelNode> & { id: string; type: string; to?: string })[]): ModelDocument {
  return {
    ...emptyDocument('test'),
    nodes: nodes.map(({ to: _, params = {}, trainable = true, ...node }) => ({ ...node, params, trainable })),
    edges: nodes.slice(1).map(({ id, to = 'input' }, at) => ({
      from: { node: nodes[at].id, port: 'output' },
      to: { node: id, port: to },
    })),
  };
}

const regression = (...middle: Parameters<typeof line>) =>
  line(
    { id: 'in', type: 'input' },
    ...middle,
    { id: 'out', type: 'dense', params: { units: 1 } },
    { id: 'loss', type: 'mse', params: { weight: 0.5 }, to: 'prediction' },
  );

function lowered(document: ModelDocument, training = true): { b: Builder; model: LoweredModel } {
  const b = new Builder('test');
  const scalar = (name: string) => b.read({ name, type: { dtype: 'u32', shape: [] } });
  const model = lower(b, document, {
    schema,
    training,
    seed: scalar('seed'),
    step: scalar('step'),
    columns: (names, role) => {
      const binding = bindColumns(schema, names, role);
      const type = { dtype: binding.dtype, shape: [BATCH, ...binding.shape] };
      return { value: b.read({ name: role, type }), columns: binding.columns, affine: binding.affine };
    },
  });
  return { b, model };
}

describe('lower', () => {
  it('names losses, predictions and weights after their nodes', () => {
    const { b, model } = lowered(regression({ id: 'norm', type: 'batch-norm' }));
    expect(model.losses).toMatchObject([{ node: 'loss', weight: 0.5, metrics: ['mae', 'rmse'] }]);
    expect(model.losses[0].loss.type.shape).toEqual([BATCH]);
    expect(model.predictions).toEqual([{ node: 'loss', value: model.losses[0].prediction }]);
    expect(model.weights.map(({ state, trained, decay }) => [state.name, trained, decay])).toEqual([
      ['norm.scale', true, false],
      ['norm.offset', true, false],
      ['norm.running-mean', false, false],
      ['norm.running-variance', false, false],
      ['out.kernel', true, true],
      ['out.bias', true, false],
    ]);
    expect(model.updates.map(({ state }) => state.name)).toEqual([
      'norm.running-mean',
      'norm.running-variance',
    ]);
    const origins = new Set(b.finish().instructions.map(({ origin }) => origin));
    expect(origins).toEqual(new Set(['norm', 'out', 'loss']));
  });

  it('updates no statistics in evaluation, and trains nothing of a frozen node', () => {
    expect(lowered(regression({ id: 'norm', type: 'batch-norm' }), false).model.updates).toEqual([]);
    const frozen = lowered(regression({ id: 'norm', type: 'batch-norm', trainable: false })).model;
    expect(frozen.updates).toEqual([]);
    expect(frozen.weights.filter(({ trained }) => trained).map(({ state }) => state.name)).toEqual([
      'out.kernel',
      'out.bias',
    ]);
  });

  it('takes the predictions of Output nodes where there are some', () => {
    const document = regression();
    const marked: ModelDocument = {
      ...document,
      nodes: [...document.nodes, { id: 'answer', type: 'output', params: {}, trainable: true }],
      edges: [
        ...document.edges,
        { from: { node: 'in', port: 'output' }, to: { node: 'answer', port: 'input' } },
      ],
    };
    const [prediction, ...others] = lowered(marked).model.predictions;
    expect(others).toEqual([]);
    expect(prediction.node).toBe('answer');
  });

  it('computes what the graph says', () => {
    const { b, model } = lowered(regression());
    b.output('loss', model.losses[0].loss);
    const states = new Map<string, NdArray>([
      ['input', ndarray('f32', [4, 1], [1, 2, 3, 4])],
      ['target', ndarray('f32', [4, 1], [0, 0, 0, 0])],
      ['out.kernel', ndarray('f32', [1, 1], [2])],
      ['out.bias', ndarray('f32', [1], [-1])],
      ['seed', ndarray('u32', [], [0])],
      ['step', ndarray('u32', [], [0])],
    ]);
    expect([...interpret(b.finish(), states).outputs.get('loss')!.data]).toEqual([1, 9, 25, 49]);
  });

  it('gives each dropout random numbers of its own, new ones at each step, the same ones for the same seed', () => {
    const dropout = { type: 'dropout', params: { rate: 0.5 } };
    const wide = line(
      { id: 'in', type: 'input' },
      { id: 'wide', type: 'dense', params: { units: 64, bias: false } },
      { id: 'a', ...dropout },
      { id: 'b', ...dropout },
      { id: 'answer', type: 'output' },
    );
    const hidden = (seed: number, step: number) => {
      const { b, model } = lowered(wide);
      b.output('y', model.predictions[0].value);
      const states = new Map<string, NdArray>([
        ['input', ndarray('f32', [4, 1], [1, 1, 1, 1])],
        ['wide.kernel', ndarray('f32', [1, 64], new Array<number>(64).fill(1))],
        ['seed', ndarray('u32', [], [seed])],
        ['step', ndarray('u32', [], [step])],
      ]);
      return interpret(b.finish(), states).outputs.get('y')!.data;
    };
    const first = hidden(1, 1);
    // Two independent halves leave a quarter; the same half twice would leave a half. ±4σ of 256 draws.
    const left = first.filter((value) => value !== 0).length / size([BATCH, 64]);
    expect(left).toBeGreaterThan(0.14);
    expect(left).toBeLessThan(0.36);
    expect(hidden(1, 1)).toEqual(first);
    expect(hidden(1, 2)).not.toEqual(first);
    expect(hidden(2, 1)).not.toEqual(first);
  });

  it('refuses a document with errors and says the first one', () => {
    expect(() => lowered(line({ id: 'in', type: 'input' }, { id: 'x', type: 'hologram' }))).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ code: 'GRAPH_INVALID', where: 'node x', got: 'hologram' }),
      }),
    );
  });

  it('writes a group as if what is inside stood in its place, round after round', () => {
    const flat = lowered(regression(square('a'), square('b')));
    const grouped = lowered({
      ...regression({ id: 'g', type: 'group', params: { group: 'g', repeat: 2 } }),
      groups: [GROUP],
    });
    const named = (text: string) => text.replaceAll('g/1/layer', 'a').replaceAll('g/2/layer', 'b');
    expect(named(printProgram(grouped.b.finish()))).toBe(printProgram(flat.b.finish()));
    expect(grouped.model.weights.map(({ state }) => named(state.name))).toEqual(
      flat.model.weights.map(({ state }) => state.name),
    );
  });

  it('reads shared weights once, and trains them for all who use them', () => {
    const shared = regression(square('a'), { ...square('b'), weightsOf: 'a' });
    const { model } = lowered(shared);
    expect(model.weights.map(({ state }) => state.name)).toEqual([
      'a.kernel',
      'a.bias',
      'out.kernel',
      'out.bias',
    ]);
  });
});

const square = (id: string) => ({ id, type: 'dense', params: { units: 1 } });

const GROUP = {
  id: 'g',
  name: 'Group',
  nodes: [
    { id: 'in', type: 'group-input', params: {}, trainable: true },
    { ...square('layer'), trainable: true },
    { id: 'out', type: 'group-output', params: {}, trainable: true },
  ],
  edges: [
    { from: { node: 'in', port: 'output' }, to: { node: 'layer', port: 'input' } },
    { from: { node: 'layer', port: 'output' }, to: { node: 'out', port: 'input' } },
  ],
  layout: {},
};
