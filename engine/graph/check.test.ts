import { describe, expect, it } from 'vitest';
import type { DatasetSchema } from '../core/dataset.ts';
import { layers } from './catalogue.ts';
import { checkGraph } from './check.ts';
import { emptyDocument, type ModelDocument, type ModelNode } from './document.ts';

type Wire = readonly [from: string, to: string];

/** Nodes as `id: type`, edges as `from → to` or `from → to.port`. */
function graph(
  nodes: Readonly<Record<string, string | Partial<ModelNode>>>,
  wires: readonly Wire[],
): ModelDocument {
  return {
    ...emptyDocument('test'),
    nodes: Object.entries(nodes).map(([id, node]) => ({
      id,
      params: {},
      trainable: true,
      ...(typeof node === 'string' ? { type: node } : { type: '', ...node }),
    })),
    edges: wires.map(([from, to]) => {
      const [node, port = 'input'] = to.split('.');
      return { from: { node: from, port: 'output' }, to: { node, port } };
    }),
  };
}

const flowers: DatasetSchema = {
  version: 1,
  name: 'flowers',
  rows: { train: 10, validation: 2, test: 2 },
  columns: [
    { name: 'a', role: 'input', kind: 'number', dtype: 'f32', shape: [], missing: 0 },
    { name: 'b', role: 'input', kind: 'number', dtype: 'f32', shape: [], missing: 0 },
    {
      name: 'species',
      role: 'target',
      kind: 'category',
      dtype: 'i32',
      shape: [],
      missing: 0,
      classes: ['x', 'y', 'z'],
    },
  ],
};

const mlp = (units: number) =>
  graph(
    {
      in: 'input',
      hidden: { type: 'dense', params: { units: 8 } },
      relu: 'relu',
      out: { type: 'dense', params: { units } },
      loss: 'cross-entropy',
    },
    [
      ['in', 'hidden'],
      ['hidden', 'relu'],
      ['relu', 'out'],
      ['out', 'loss.prediction'],
    ],
  );

describe('checkGraph', () => {
  it('knows shapes, parameters and costs of a sound graph', () => {
    const check = checkGraph(mlp(3), flowers);
    expect(check.diagnostics).toEqual([]);
    expect(check.nodes.hidden.outputs.output.shape).toEqual(['batch', 8]);
    expect(check.parameters).toBe(2 * 8 + 8 + 8 * 3 + 3);
    // Two products of 2·m·n, two biases, one activation.
    expect(check.flops).toBe(2 * 2 * 8 + 8 + 8 + 2 * 8 * 3 + 3);
    expect(check.nodes.hidden.activationBytes).toBe(4 * 8);
    expect(check.activationBytes).toBe(4 * (2 + 8 + 8 + 3));
  });

  it('counts frozen parameters apart', () => {
    const document = mlp(3);
    const frozen = document.nodes.map((node) =>
      node.id === 'hidden' ? { ...node, trainable: false } : node,
    );
    expect(checkGraph({ ...document, nodes: frozen }, flowers).trainableParameters).toBe(27);
  });

  it('offers to make the last layer as wide as there are classes, through an activation', () => {
    const document = graph(
      { in: 'input', out: { type: 'dense', params: { units: 5 } }, act: 'relu', loss: 'cross-entropy' },
      [
        ['in', 'out'],
        ['out', 'act'],
        ['act', 'loss.prediction'],
      ],
    );
    expect(checkGraph(document, flowers).diagnostics).toMatchObject([
      {
        node: 'loss',
        port: 'prediction',
        severity: 'error',
        repair: { kind: 'set', node: 'out', field: 'units', value: 3 },
      },
    ]);
  });

  it('tells one mistake once, not at every layer behind it', () => {
    const document = graph(
      {
        in: { type: 'input', params: { shape: [9] } },
        conv: 'conv2d',
        pool: 'max-pool2d',
        flat: 'flatten',
        out: 'dense',
        loss: 'mse',
      },
      [
        ['in', 'conv'],
        ['conv', 'pool'],
        ['pool', 'flat'],
        ['flat', 'out'],
        ['out', 'loss.prediction'],
      ],
    );
    expect(checkGraph(document).diagnostics).toMatchObject([
      { node: 'conv', port: 'input', repair: { kind: 'insert', layer: 'reshape' } },
      { code: 'GRAPH_NO_DATASET', severity: 'warning' },
    ]);
  });

  it('names the layers of each cycle in their order, and none that only hang on one', () => {
    const document = graph(
      { lead: 'input', a: 'add', b: 'relu', c: 'add', d: 'relu', e: 'relu', tail: 'relu', loss: 'mse' },
      [
        ['lead', 'a.inputs'],
        ['b', 'a.inputs'],
        ['a', 'b'],
        ['b', 'c.inputs'],
        ['e', 'c.inputs'],
        ['c', 'd'],
        ['d', 'e'],
        ['e', 'tail'],
        ['tail', 'loss.prediction'],
      ],
    );
    expect(checkGraph(document, flowers).diagnostics).toMatchObject([
      { code: 'GRAPH_CYCLE', node: 'a', got: 'a → b → a' },
      { code: 'GRAPH_CYCLE', node: 'c', got: 'c → d → e → c' },
    ]);
  });

  it('says nothing about what follows from an unknown layer', () => {
    const document = graph({ in: 'input', new: 'hologram', out: 'dense', loss: 'mse' }, [
      ['in', 'new'],
      ['new', 'out'],
      ['out', 'loss.prediction'],
    ]);
    expect(checkGraph(document, flowers).diagnostics).toMatchObject([{ code: 'LAYER_UNKNOWN', node: 'new' }]);
  });

  it('sees an edit upstream, another data set and another connection of nodes that it has checked before', () => {
    const document = mlp(3);
    checkGraph(document, flowers);
    const wider = document.nodes.map((node) =>
      node.id === 'hidden' ? { ...node, params: { units: 9 } } : node,
    );
    expect(checkGraph({ ...document, nodes: wider }, flowers).nodes.out.inputs.input[0].shape).toEqual([
      'batch',
      9,
    ]);
    const fewer = { ...flowers, columns: flowers.columns.slice(1) };
    expect(checkGraph(document, fewer).nodes.hidden.inputs.input[0].shape).toEqual(['batch', 1]);
    const direct = document.edges.map((edge) =>
      edge.to.node === 'out' ? { ...edge, from: { node: 'in', port: 'output' } } : edge,
    );
    expect(checkGraph({ ...document, edges: direct }, flowers).nodes.out.weights[0].shape).toEqual([2, 3]);
  });

  it.each([
    ['an edge to nowhere', graph({ a: 'input' }, [['a', 'ghost']]), 'GRAPH_DANGLING_EDGE'],
    [
      'an edge to a port that is not there',
      graph({ a: 'input', b: 'relu' }, [['a', 'b.nose']]),
      'GRAPH_DANGLING_EDGE',
    ],
    [
      'two edges into one port',
      graph({ a: 'input', b: 'input', c: 'relu' }, [
        ['a', 'c'],
        ['b', 'c'],
      ]),
      'GRAPH_PORT_TAKEN',
    ],
    ['an unconnected port', graph({ a: 'relu' }, []), 'GRAPH_UNCONNECTED'],
    ['an unknown layer', graph({ a: 'hologram' }, []), 'LAYER_UNKNOWN'],
    [
      'a wrong parameter',
      graph({ a: { type: 'input' }, b: { type: 'dense', params: { units: 0 } } }, [['a', 'b']]),
      'PARAM_INVALID',
    ],
    ['a model without a loss', graph({ a: 'input' }, []), 'GRAPH_NO_LOSS'],
    ['a model without a data set', mlp(3), 'GRAPH_NO_DATASET'],
    ['two nodes of one id', { ...mlp(3), nodes: [...mlp(3).nodes, mlp(3).nodes[0]] }, 'GRAPH_DUPLICATE_ID'],
  ])('finds %s', (_, document, code) => {
    expect(checkGraph(document).diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
  });

  it('warns of a softmax before a loss that takes scores, with the repair', () => {
    const document = graph(
      { in: 'input', out: { type: 'dense', params: { units: 3 } }, soft: 'softmax', loss: 'cross-entropy' },
      [
        ['in', 'out'],
        ['out', 'soft'],
        ['soft', 'loss.prediction'],
      ],
    );
    expect(checkGraph(document, flowers).diagnostics).toMatchObject([
      {
        code: 'LOSS_FORM',
        severity: 'warning',
        repair: { kind: 'set', node: 'loss', field: 'from', value: 'probabilities' },
      },
    ]);
  });

  it('offers to read the Input as indices, and to look up indices that are to be computed with', () => {
    const found = (nodes: Parameters<typeof graph>[0], wires: readonly Wire[]) =>
      checkGraph(graph(nodes, wires)).diagnostics.find(({ code }) => code === 'LAYER_INPUT')?.repair;
    expect(found({ in: 'input', words: 'embedding' }, [['in', 'words']])).toEqual({
      kind: 'set',
      node: 'in',
      field: 'encoding',
      value: 'indices',
    });
    const chain: Wire[] = [
      ['in', 'act'],
      ['act', 'words'],
    ];
    expect(found({ in: 'input', act: 'relu', words: 'embedding' }, chain)).toBeUndefined();
    const tokens = { type: 'input', params: { encoding: 'indices' } };
    expect(found({ in: tokens, act: 'relu' }, [['in', 'act']])).toMatchObject({
      kind: 'insert',
      layer: 'embedding',
    });
  });

  it('does not throw on any single layer fed with anything', () => {
    for (const layer of layers) {
      for (const shape of [[1], [3, 3], [4, 4, 2], [2, 2, 2, 2]]) {
        for (const encoding of ['features', 'indices']) {
          const wires = layer.inputs.map(({ name }): Wire => ['in', `node.${name}`]);
          const input = { type: 'input', params: { shape, encoding } };
          const document = graph({ in: input, node: layer.type }, wires);
          const { diagnostics } = checkGraph(document);
          expect(diagnostics.map(({ code }) => code)).not.toContain('LAYER_FAULT');
          expect(() => checkGraph(document, flowers)).not.toThrow();
        }
      }
    }
  });
});
