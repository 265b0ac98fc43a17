import { describe, expect, it } from 'vitest';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import type { Column, DatasetSchema } from '../../engine/core/dataset.ts';
import type { Params } from '../../engine/core/fields.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import { uniform } from '../../engine/core/random.ts';
import { checkGraph } from '../../engine/graph/check.ts';
import {
  DEFAULT_TRAINING,
  emptyDocument,
  type GroupDefinition,
  type ModelDocument,
  type ModelNode,
} from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { serialiseDocument } from '../../engine/graph/serialise.ts';
import { initialValues } from '../../engine/train/initial.ts';
import { buildTraining } from '../../engine/train/step.ts';

const node = (id: string, type: string, params: Params = {}, more: Partial<ModelNode> = {}): ModelNode => ({
  id,
  type,
  params,
  trainable: true,
  ...more,
});
const placed = (id: string, group: string, repeat = 1, more: Partial<ModelNode> = {}) =>
  node(id, 'group', { group, repeat }, more);

const edge = (from: string, to: string) => {
  const [id, port = 'input'] = to.split('.');
  return { from: { node: from, port: 'output' }, to: { node: id, port } };
};
const line = (...ids: string[]) => ids.slice(1).map((id, at) => edge(ids[at], id));

/** Ports around nodes in a line. */
const define = (id: string, ...nodes: ModelNode[]): GroupDefinition => {
  const all = [node('in', 'group-input'), ...nodes, node('out', 'group-output')];
  return { id, name: id, nodes: all, edges: line(...all.map((it) => it.id)), layout: {} };
};

const RATE = 0.5;
const ROWS = 4;
const columns = ['a', 'b', 'c', 'y'].map((name): Column => ({
  name,
  role: name === 'y' ? 'target' : 'input',
  kind: 'number',
  dtype: 'f32',
  shape: [],
  missing: 0,
}));
const schema: DatasetSchema = {
  version: 1,
  name: 'rows',
  columns,
  rows: { train: ROWS, validation: 0, test: 0 },
};

/** The training module of a document and its states before the first step, with random rows. */
function prepare(document: ModelDocument) {
  const { module } = buildTraining({
    document,
    schema,
    batch: ROWS,
    steps: 1,
    train: { split: 'train', rows: ROWS, capacity: ROWS },
    evaluated: [],
  });
  const start = new Map(
    module.states.map((state): [string, NdArray] => {
      const { name, type } = state;
      const given: Record<string, ArrayLike<number>> = {
        'data.train.order': [0, 1, 2, 3],
        'learning-rate': [RATE],
      };
      const made = Array.from({ length: type.shape.reduce((a, b) => a * b, 1) }, (_, at) =>
        uniform(3, 1, 0, at),
      );
      const values = given[name] ?? (name.startsWith('data.') ? made : initialValues(state, 1));
      return [name, ndarray(type.dtype, type.shape, values)];
    }),
  );
  return { module, start };
}

describe('weights inside of groups', () => {
  /** Two branches with the weights of one: a group, repeated and with another inside; what follows is frozen. */
  const siamese: ModelDocument = {
    ...emptyDocument('siamese'),
    groups: [
      define('layer', node('dense', 'dense', { units: 3 }), node('act', 'tanh')),
      define('tower', node('first', 'dense', { units: 3 }), placed('rest', 'layer')),
    ],
    nodes: [
      node('x', 'input'),
      node('other', 'tanh'),
      // The branch that borrows comes first, so that it is reached before the one that owns.
      placed('right', 'tower', 2, { weightsOf: 'left' }),
      placed('left', 'tower', 2),
      node('join', 'subtract'),
      placed('frozen', 'layer', 1, { trainable: false }),
      node('head', 'dense', { units: 1 }),
      node('loss', 'mse'),
    ],
    edges: [
      ...line('x', 'other', 'right'),
      ...line('x', 'left'),
      edge('left', 'join.x'),
      edge('right', 'join.y'),
      ...line('join', 'frozen', 'head', 'loss.prediction'),
    ],
    training: {
      ...DEFAULT_TRAINING,
      optimizer: { type: 'sgd', params: { learningRate: RATE, momentum: 0 } },
      batchSize: ROWS,
    },
  };

  const { module, start } = prepare(siamese);
  const step = (states: ReadonlyMap<string, NdArray>) =>
    new Map([...states, ...interpret(module.programs[0], states).writes]);
  const lossOf = (states: ReadonlyMap<string, NdArray>) => step(states).get('metric.train.loss')!.data[0];
  const weights = module.states.filter(({ role }) => role === 'parameter').map(({ name }) => name);

  it('are called by their paths, and those that two branches share are there once', () => {
    const tower = (round: number) =>
      ['first', 'rest/dense'].flatMap((layer) =>
        ['kernel', 'bias'].map((name) => `left/${round}/${layer}.${name}`),
      );
    expect([...weights].sort()).toEqual(
      [
        ...tower(1),
        ...tower(2),
        ...['frozen/dense.kernel', 'frozen/dense.bias', 'head.kernel', 'head.bias'],
      ].sort(),
    );
    const shared = 4 * (3 * 3 + 3);
    const check = checkGraph(siamese, schema);
    expect(check.parameters).toBe(shared + (3 * 3 + 3) + 4);
    expect(check.trainableParameters).toBe(shared + 4);
  });

  it.each(weights.filter((name) => !name.startsWith('frozen')))(
    '%s moves along its gradient over all uses, as finite differences have it',
    (name) => {
      const before = start.get(name)!;
      const after = step(start).get(name)!;
      const h = 1e-5;
      before.data.forEach((value, at) => {
        const at_ = (moved: number) => {
          const data = Array.from(before.data);
          data[at] = value + moved;
          return lossOf(new Map([...start, [name, ndarray('f32', before.shape, data)]]));
        };
        const gradient = (at_(h) - at_(-h)) / (2 * h);
        expect((value - after.data[at]) / RATE).toBeCloseTo(gradient, 6);
      });
    },
  );

  it('stay as they are in a frozen group', () => {
    const after = step(step(start));
    for (const name of weights.filter((it) => it.startsWith('frozen'))) {
      expect(Array.from(after.get(name)!.data)).toEqual(Array.from(start.get(name)!.data));
    }
    expect(Array.from(after.get('head.kernel')!.data)).not.toEqual(
      Array.from(start.get('head.kernel')!.data),
    );
  });
});

describe('a norm that two places share', () => {
  const document: ModelDocument = {
    ...emptyDocument('shared norm'),
    nodes: [
      node('x', 'input'),
      node('norm', 'batch-norm', { momentum: 0.75 }),
      node('tanh', 'tanh'),
      node('again', 'batch-norm', { momentum: 0.75 }, { weightsOf: 'norm' }),
      node('sum', 'add'),
      node('head', 'dense', { units: 1 }),
      node('loss', 'mse'),
    ],
    edges: [
      ...line('x', 'norm', 'sum.inputs'),
      ...line('x', 'tanh', 'again', 'sum.inputs'),
      ...line('sum', 'head', 'loss.prediction'),
    ],
    training: { ...DEFAULT_TRAINING, batchSize: ROWS },
  };

  it('keeps one running mean, which moves on at each of them', () => {
    const { module, start } = prepare(document);
    const after = interpret(module.programs[0], start).writes;
    const rows = Array.from(start.get('data.train.input')!.data);
    const meanOf = (values: readonly number[], column: number) =>
      values.filter((_, at) => at % 3 === column).reduce((sum, value) => sum + value, 0) / ROWS;
    const expected = [0, 1, 2].map((column) => {
      const first = 0.25 * meanOf(rows, column);
      return 0.75 * first + 0.25 * meanOf(rows.map(Math.tanh), column);
    });
    Array.from(after.get('norm.running-mean')!.data).forEach((value, at) =>
      expect(value).toBeCloseTo(expected[at], 12),
    );
    expect([...after.keys()].filter((name) => name.startsWith('again'))).toEqual([]);
  });
});

describe('random nested documents', () => {
  /** Definitions of which each places some of those before it, and a document that places them; all are lines. */
  function randomDocument(trial: number): { readonly document: ModelDocument; readonly layers: number } {
    let drawn = 0;
    const below = (limit: number) => Math.floor(uniform(9, 0, trial, drawn++) * limit);
    const sizes = new Map<string, number>();
    const members = (known: readonly string[]) => {
      let layers = 0;
      const nodes = Array.from({ length: 1 + below(4) }, (_, at) => {
        if (known.length === 0 || below(2) === 0) {
          layers++;
          return node(`n${at}`, 'dense', { units: 4 }, { trainable: below(3) > 0 });
        }
        const group = known[below(known.length)];
        const repeat = 1 + below(3);
        layers += repeat * sizes.get(group)!;
        return placed(`n${at}`, group, repeat, { trainable: below(3) > 0 });
      });
      return { nodes, layers };
    };
    const groups: GroupDefinition[] = [];
    for (let at = 0; at < 1 + below(4); at++) {
      const { nodes, layers } = members([...sizes.keys()]);
      groups.push({ ...define(`g${at}`, ...nodes), layout: { in: [below(100), below(100)] } });
      sizes.set(`g${at}`, layers);
    }
    const { nodes, layers } = members([...sizes.keys()]);
    const all = [node('x', 'input', { shape: [4] }), ...nodes, node('loss', 'mse')];
    const edges = line('x', ...nodes.map(({ id }) => id), 'loss.prediction');
    return {
      layers,
      document: { ...emptyDocument(`trial ${trial}`), nodes: all, edges, groups },
    };
  }

  it.each(Array.from({ length: 40 }, (_, trial) => trial))(
    'number %i is written and read as it is, and checks as the layers that it stands for',
    (trial) => {
      const { document, layers } = randomDocument(trial);
      expect(parseDocument(serialiseDocument(document))).toEqual(document);
      const check = checkGraph(document);
      expect(check.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      const dense = check.order.filter((path) => check.nodes[path].node.type === 'dense');
      expect(dense).toHaveLength(layers);
      expect(check.parameters).toBe(layers * (4 * 4 + 4));
      expect(check.flops).toBe(layers * (2 * 4 * 4 + 4));
      // A second look, at the same nodes, gives the very same checks.
      const again = checkGraph({ ...document });
      for (const path of check.order) expect(again.nodes[path]).toBe(check.nodes[path]);
      const top = document.nodes.map(({ id }) => check.nodes[id]);
      expect(top.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(check.parameters);
    },
  );
});
