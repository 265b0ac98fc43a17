import { describe, expect, it } from 'vitest';
import { checkGraph, type Diagnostic } from './check.ts';
import { emptyDocument, type GroupDefinition, type ModelDocument, type ModelNode } from './document.ts';

const node = (id: string, type: string, more: Partial<ModelNode> = {}): ModelNode => ({
  id,
  type,
  params: {},
  trainable: true,
  ...more,
});
const placed = (id: string, group: string, repeat = 1, more: Partial<ModelNode> = {}): ModelNode =>
  node(id, 'group', { params: { group, repeat }, ...more });

/** `a → b` or `a → b.port`, from the output called `output`. */
const edges = (...wires: string[]) =>
  wires.map((wire) => {
    const [from, to] = wire.split(' → ');
    const [id, port = 'input'] = to.split('.');
    return { from: { node: from, port: 'output' }, to: { node: id, port } };
  });

/** A group of one dense layer of 4 units between its ports. */
const dense: GroupDefinition = {
  id: 'dense',
  name: 'Dense block',
  nodes: [
    node('in', 'group-input'),
    node('layer', 'dense', { params: { units: 4 } }),
    node('out', 'group-output'),
  ],
  edges: edges('in → layer', 'layer → out'),
  layout: {},
};

/** A group of two dense groups, of which the second is repeated. */
const deep: GroupDefinition = {
  id: 'deep',
  name: 'Deep',
  nodes: [
    node('in', 'group-input'),
    placed('first', 'dense'),
    placed('rest', 'dense', 2),
    node('out', 'group-output'),
  ],
  edges: edges('in → first', 'first → rest', 'rest → out'),
  layout: {},
};

function model(groups: GroupDefinition[], ...middle: ModelNode[]): ModelDocument {
  const line = [node('x', 'input', { params: { shape: [3] } }), ...middle];
  return {
    ...emptyDocument('test'),
    nodes: [...line, node('loss', 'mse')],
    edges: edges(
      ...line.slice(1).map(({ id }, at) => `${line[at].id} → ${id}`),
      `${line.at(-1)!.id} → loss.prediction`,
    ),
    groups,
  };
}

const errors = (document: ModelDocument): readonly Diagnostic[] =>
  checkGraph(document).diagnostics.filter(({ severity }) => severity === 'error');

describe('groups', () => {
  it('are checked through and through, each round by its path', () => {
    const check = checkGraph(model([dense, deep], placed('block', 'deep')));
    expect(errors(model([dense, deep], placed('block', 'deep')))).toEqual([]);
    expect(check.order.filter((path) => path.endsWith('layer'))).toEqual([
      'block/first/layer',
      'block/rest/1/layer',
      'block/rest/2/layer',
    ]);
    expect(check.nodes.block.outputs.output.shape).toEqual(['batch', 4]);
    expect(check.nodes.block.inputs.input).toMatchObject([{ shape: ['batch', 3] }]);
    expect(check.nodes['block/rest'].parameters).toBe(2 * (4 * 4 + 4));
    expect(check.nodes.block.parameters).toBe(3 * 4 + 4 + 2 * (4 * 4 + 4));
    expect(check.parameters).toBe(check.nodes.block.parameters);
  });

  it('have weights of their own at each place, unless they share them, and freeze all inside', () => {
    const own = checkGraph(model([dense], placed('a', 'dense', 2), placed('b', 'dense')));
    expect(own.parameters).toBe(3 * 4 + 4 + 2 * (4 * 4 + 4));
    const square = [dense, deep];
    const shared = model(square, placed('a', 'dense'), placed('b', 'dense'), placed('c', 'dense'));
    const nodes = shared.nodes.map((it) => (it.id === 'c' ? { ...it, weightsOf: 'b' } : it));
    const check = checkGraph({ ...shared, nodes });
    expect(check.nodes['c/layer'].node.weightsOf).toBe('b/layer');
    expect(check.parameters).toBe(3 * 4 + 4 + (4 * 4 + 4));
    const frozen = nodes.map((it) => (it.id === 'b' ? { ...it, trainable: false } : it));
    expect(checkGraph({ ...shared, nodes: frozen }).trainableParameters).toBe(3 * 4 + 4);
    expect(checkGraph({ ...shared, nodes: frozen }).nodes['c/layer'].node.trainable).toBe(false);
  });

  it('tell a problem inside once, with its place and a repair there', () => {
    const wrong = { ...dense, nodes: dense.nodes.with(1, node('layer', 'dense', { params: { units: 0 } })) };
    const found = errors(model([wrong, deep], placed('block', 'deep')));
    expect(found.map(({ code, node: id, inside, field }) => ({ code, id, inside, field }))).toEqual([
      {
        code: 'PARAM_INVALID',
        id: 'block',
        inside: [
          { group: 'deep', node: 'first' },
          { group: 'dense', node: 'layer' },
        ],
        field: 'units',
      },
    ]);
    const image = model([dense], placed('block', 'dense'));
    const nodes = image.nodes.with(0, node('x', 'input', { params: { shape: [8, 8, 3] } }));
    expect(errors({ ...image, nodes })).toMatchObject([
      {
        node: 'block',
        inside: [{ group: 'dense', node: 'layer' }],
        repair: { kind: 'insert', layer: 'flatten', group: 'dense', edge: { from: { node: 'in' } } },
      },
    ]);
  });

  it('cannot contain themselves, be missing, or be left unconnected', () => {
    const own = { ...dense, nodes: [...dense.nodes, placed('again', 'dense')] };
    expect(errors(model([own], placed('a', 'dense'))).map(({ code }) => code)).toContain('GROUP_RECURSION');
    expect(errors(model([], placed('a', 'gone'))).map(({ code }) => code)).toContain('GROUP_MISSING');
    const loose = model([dense], placed('a', 'dense'));
    const open = { ...loose, edges: loose.edges.filter(({ to }) => to.node !== 'a') };
    expect(errors(open)).toMatchObject([{ code: 'GRAPH_UNCONNECTED', node: 'a', port: 'input' }]);
  });

  it('tell of a circle inside where it is', () => {
    const round = { ...dense, edges: edges('in → layer', 'layer → out') };
    const add = {
      ...round,
      nodes: [...round.nodes, node('p', 'relu'), node('q', 'relu')],
      edges: [...round.edges, ...edges('p → q', 'q → p')],
    };
    expect(errors(model([add], placed('a', 'dense')))).toMatchObject([
      { code: 'GRAPH_CYCLE', node: 'a', inside: [{ group: 'dense', node: 'p' }] },
    ]);
  });
});
