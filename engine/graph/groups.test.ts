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
    expect(errors(model([add], placed('a', 'dense', 3)))).toMatchObject([
      { code: 'GRAPH_CYCLE', node: 'a', inside: [{ group: 'dense', node: 'p' }], got: 'p → q → p' },
    ]);
    const back = model([dense], placed('a', 'dense', 2), node('b', 'relu'));
    const wires = back.edges.map((edge) => (edge.to.node === 'a' ? edges('b → a')[0] : edge));
    expect(errors({ ...back, edges: wires })).toMatchObject([{ code: 'GRAPH_CYCLE', got: 'a → b → a' }]);
  });

  it('tell at the group that its rounds do not follow each other', () => {
    const flat = { ...dense, nodes: dense.nodes.with(1, node('layer', 'flatten')) };
    const image: GroupDefinition = {
      ...dense,
      id: 'image',
      nodes: [
        node('in', 'group-input'),
        node('conv', 'conv2d', { params: { padding: 'same' } }),
        placed('flat', 'dense'),
        node('out', 'group-output'),
      ],
      edges: edges('in → conv', 'conv → flat', 'flat → out'),
    };
    const outer = {
      ...image,
      id: 'outer',
      nodes: [dense.nodes[0], placed('inner', 'image', 3), dense.nodes[2]],
    };
    const given = model(
      [flat, image, { ...outer, edges: edges('in → inner', 'inner → out') }],
      placed('block', 'outer'),
    );
    const nodes = given.nodes.with(0, node('x', 'input', { params: { shape: [8, 8, 3] } }));
    expect(errors({ ...given, nodes })).toMatchObject([
      {
        code: 'GROUP_ROUNDS',
        node: 'block',
        inside: [{ group: 'outer', node: 'inner' }],
        field: 'repeat',
        repair: { kind: 'set', node: 'inner', field: 'repeat', value: 1, group: 'outer' },
      },
    ]);
  });

  it('have settings that are checked', () => {
    expect(errors(model([dense], placed('a', 'dense', 0)))).toMatchObject([
      { code: 'PARAM_INVALID', node: 'a', field: 'repeat' },
    ]);
  });

  it('are told to be too large before anything is made of them', () => {
    const nested = Array.from({ length: 30 }, (_, at) => ({
      ...dense,
      id: `g${at}`,
      nodes: [dense.nodes[0], placed('layer', at === 0 ? 'dense' : `g${at - 1}`, 100), dense.nodes[2]],
    }));
    const empty = { ...dense, nodes: [], edges: [] };
    for (const innermost of [dense, empty]) {
      const found = errors(model([innermost, ...nested], placed('all', 'g29')));
      expect(found.map(({ code }) => code)).toContain('GROUP_TOO_LARGE');
    }
  });
});

describe('weights of another node', () => {
  const sharing = (...middle: ModelNode[]) =>
    errors(model([dense, deep], ...middle)).map(({ code, node: id, got }) => [code, id, got]);
  const layer = (id: string, weightsOf: string | undefined, units = 3) =>
    node(id, 'dense', { params: { units }, weightsOf });

  it('are found through a chain, and count once', () => {
    const chain = model([], layer('a', 'b'), layer('b', 'c'), layer('c', undefined));
    const check = checkGraph(chain);
    expect(errors(chain)).toEqual([]);
    expect(check.nodes.a.node.weightsOf).toBe('c');
    expect(check.parameters).toBe(3 * 3 + 3);
  });

  it('begin as those of their owner', () => {
    const [mine, theirs] = ['zeros', 'he-normal'].map((initialiser) => ({ units: 3, initialiser }));
    const { nodes } = checkGraph(
      model([], node('a', 'dense', { params: mine, weightsOf: 'b' }), node('b', 'dense', { params: theirs })),
    );
    expect(nodes.a.weights).toEqual(nodes.b.weights);
    expect(nodes.a.weights[0].init.kind).toBe('normal');
  });

  it.each([
    ['that is not there', [layer('a', 'gone')], [['WEIGHTS_MISSING', 'a', 'gone']]],
    ['that is itself', [layer('a', 'a')], [['WEIGHTS_CIRCLE', 'a', 'a → a']]],
    [
      'in a circle, told once',
      [layer('a', 'b'), layer('b', 'c'), layer('c', 'b')],
      [['WEIGHTS_CIRCLE', 'a', 'a → b → c → b']],
    ],
    [
      'of another type',
      [node('a', 'relu', { weightsOf: 'b' }), layer('b', undefined)],
      [['WEIGHTS_DIFFER', 'a', 'dense']],
    ],
    [
      'of another shape',
      [layer('a', undefined, 4), layer('b', 'a', 4)],
      [['WEIGHTS_SHAPE', 'b', 'kernel 3 × 4, bias 4']],
    ],
    [
      'that is repeated differently',
      [placed('a', 'dense', 2), placed('b', 'dense', 1, { weightsOf: 'a' })],
      [['WEIGHTS_DIFFER', 'b', 'group dense, repeated 2×']],
    ],
  ])('%s', (_, middle, expected) => expect(sharing(...middle)).toEqual(expected));
});
