import { readFile } from 'node:fs/promises';
import { describe } from 'vitest';
import type { Column, ColumnRole, DatasetSchema } from '../../engine/core/dataset.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { DEVICES } from './device.ts';
import { checkSteps, prepareSteps, type Expected } from './training-harness.ts';

/**
 * Twelve steps of models of many kinds against PyTorch in float64 (tests/goldens/make_models.py): several inputs and losses, a target that
 * is the input, random draws, shared weights, recurrence.
 */
interface Golden extends Expected {
  /** By the key of the data state. */
  readonly data: Readonly<Record<string, readonly number[]>>;
  readonly initial: Readonly<Record<string, readonly number[]>>;
}
interface Goldens {
  readonly batch: number;
  readonly seed: number;
  readonly learningRate: number;
  readonly models: Readonly<Record<string, Golden>>;
}

const column = (name: string, role: ColumnRole, given: Partial<Column> = {}): Column => ({
  ...{ name, role, kind: 'number', dtype: 'f32', shape: [], missing: 0 },
  ...given,
});
const numbers = (...names: readonly string[]) => names.map((name) => column(name, 'input'));
const category = column('y', 'target', { kind: 'category', dtype: 'i32', classes: ['a', 'b', 'c'] });
const text = (name: string, length: number, tokens: number) =>
  column(name, 'input', {
    ...{ kind: 'text', dtype: 'i32', shape: [length] },
    classes: Array.from({ length: tokens }, (_, at) => `t${at}`),
  });

type Node = Readonly<Record<string, unknown>> & { readonly id: string };
const node = (id: string, type: string, params = {}, rest = {}): Node => ({ id, type, params, ...rest });
const read = (id: string, ...columns: readonly string[]) => node(id, 'input', { columns });
const tokens = (id: string, column: string) => node(id, 'input', { columns: [column], encoding: 'indices' });

/** `a → b → c`, with `.port` where it is not called `output` or `input`. */
const wires = (...lines: readonly string[]) =>
  lines.flatMap((line) => {
    const ends = line.split(' → ').map((end) => end.split('.'));
    return ends.slice(1).map(([to, into = 'input'], at) => {
      const [from, out = 'output'] = ends[at].length > 1 && at > 0 ? [ends[at][0]] : ends[at];
      return { from: { node: from, port: out }, to: { node: to, port: into } };
    });
  });

interface Model {
  readonly columns: readonly Column[];
  readonly nodes: readonly Node[];
  readonly edges: ReturnType<typeof wires>;
}

/** One encoder for several views: all but the first use its weights. */
function embedded(
  views: Readonly<Record<string, readonly string[]>>,
  layers: readonly Node[],
  loss: Node,
): Model {
  const [first, ...others] = Object.keys(views);
  const copies = others.flatMap((view) =>
    layers.map((layer) => ({
      ...layer,
      id: `${layer.id}-${view}`,
      ...(layer.type === 'dense' && { weightsOf: layer.id }),
    })),
  );
  const path = (view: string, suffix: string) =>
    [view, ...layers.map(({ id }) => `${id}${suffix}`), `loss.${view}`].join(' → ');
  return {
    columns: numbers(...Object.values(views).flat()),
    nodes: [
      ...Object.entries(views).map(([view, columns]) => read(view, ...columns)),
      ...layers,
      ...copies,
      loss,
    ],
    edges: wires(path(first, ''), ...others.map((view) => path(view, `-${view}`))),
  };
}

const MODELS: Readonly<Record<string, Model>> = {
  'two inputs and two losses': {
    columns: [...numbers('a0', 'a1', 'a2', 'b0', 'b1'), category, column('z', 'target')],
    nodes: [
      read('from-left', 'a0', 'a1', 'a2'),
      node('left', 'dense', { units: 5 }),
      node('relu', 'relu'),
      read('from-right', 'b0', 'b1'),
      node('right', 'dense', { units: 4 }),
      node('tanh', 'tanh'),
      node('joined', 'concat'),
      node('trunk', 'dense', { units: 6 }),
      node('trunk-tanh', 'tanh'),
      node('scores', 'dense', { units: 3 }),
      node('class', 'cross-entropy', { columns: ['y'], weight: 0.75 }),
      node('value', 'dense', { units: 1 }),
      node('number', 'mse', { columns: ['z'], weight: 0.25 }),
    ],
    edges: wires(
      'from-left → left → relu → joined.inputs',
      'from-right → right → tanh → joined.inputs',
      'joined → trunk → trunk-tanh → scores → class.prediction',
      'trunk-tanh → value → number.prediction',
    ),
  },
  autoencoder: {
    columns: [column('image', 'input', { kind: 'image', dtype: 'u8', shape: [6, 6, 2] })],
    nodes: [
      node('image', 'input'),
      node('encode', 'conv2d', { filters: 3, size: [3, 3], stride: [2, 2], padding: 'same' }),
      node('relu', 'leaky-relu', { slope: 0.125 }),
      node('decode', 'conv-transpose2d', { filters: 2, size: [4, 4], stride: [2, 2] }),
      node('loss', 'mse'),
    ],
    edges: wires('image → encode → relu → decode → loss.prediction', 'image → loss.target'),
  },
  'variational autoencoder': {
    columns: numbers('x0', 'x1', 'x2', 'x3', 'x4', 'x5'),
    nodes: [
      node('input', 'input'),
      node('encode', 'dense', { units: 5 }),
      node('encoded', 'tanh'),
      node('mean', 'dense', { units: 2 }),
      node('log-variance', 'dense', { units: 2 }),
      node('draw', 'sampling'),
      node('decode', 'dense', { units: 5 }),
      node('decoded', 'tanh'),
      node('output', 'dense', { units: 6 }),
      node('restored', 'mse'),
      node('divergence', 'gaussian-kl', { weight: 0.125 }),
    ],
    edges: wires(
      'input → encode → encoded → mean → draw.mean',
      'encoded → log-variance → draw.log-variance',
      'mean → divergence.mean',
      'log-variance → divergence.log-variance',
      'draw → decode → decoded → output → restored.prediction',
      'input → restored.target',
    ),
  },
  contrastive: embedded(
    { x: ['a0', 'a1', 'a2', 'a3', 'a4'], y: ['b0', 'b1', 'b2', 'b3', 'b4'] },
    [node('encode', 'dense', { units: 6 }), node('tanh', 'tanh'), node('embed', 'dense', { units: 3 })],
    node('loss', 'info-nce', { temperature: 0.5 }),
  ),
  triplets: embedded(
    {
      anchor: ['a0', 'a1', 'a2', 'a3'],
      positive: ['b0', 'b1', 'b2', 'b3'],
      negative: ['c0', 'c1', 'c2', 'c3'],
    },
    [
      node('encode', 'dense', { units: 6 }),
      node('tanh', 'tanh'),
      node('embed', 'dense', { units: 3, bias: false }),
    ],
    node('loss', 'triplet-margin'),
  ),
  lstm: {
    columns: [text('text', 6, 9), category],
    nodes: [
      tokens('input', 'text'),
      node('embedding', 'embedding', { dimensions: 4, padding: 0 }),
      node('mask', 'padding-mask'),
      node('lstm', 'lstm', { units: 3, bidirectional: true }),
      node('scores', 'dense', { units: 3 }),
      node('loss', 'cross-entropy', { columns: ['y'] }),
    ],
    edges: wires('input → embedding → lstm → scores → loss.prediction', 'input → mask → lstm.mask'),
  },
  translation: {
    columns: [text('source', 5, 7), text('target', 4, 8)],
    nodes: [
      tokens('from-source', 'source'),
      node('source', 'embedding', { dimensions: 4 }),
      node('encoder', 'gru', { units: 3 }),
      tokens('from-target', 'target'),
      node('shift', 'shift'),
      node('written', 'embedding', { dimensions: 4 }),
      node('decoder', 'gru', { units: 3, sequences: true }),
      node('scores', 'dense', { units: 8 }),
      node('loss', 'cross-entropy', { ignore: 0 }),
    ],
    edges: wires(
      'from-source → source → encoder',
      'encoder.hidden → decoder.hidden',
      'from-target → shift → written → decoder → scores → loss.prediction',
      'from-target → loss.target',
    ),
  },
};

const goldens: Goldens = JSON.parse(
  await readFile(new URL('../goldens/models.json', import.meta.url), 'utf8'),
);

describe.each(Object.entries(goldens.models))('%s, as PyTorch', (name, golden) => {
  const { batch, seed, learningRate } = goldens;
  const { columns, nodes, edges } = MODELS[name];
  const optimizer = { type: 'adam', params: { learningRate } };
  const rows = { train: golden.losses.length * batch, validation: 0, test: 0 };
  const schema: DatasetSchema = { version: 1, name, columns, rows };
  const prepare = () =>
    prepareSteps(
      parseDocument({
        ...{ format: 'strata', version: 2, name, nodes, edges },
        training: { optimizer, epochs: 1, batchSize: batch, seed, l2: 0 },
      }),
      schema,
      {
        ...Object.fromEntries(
          Object.entries(golden.data).map(([key, values]) => [`data.train.${key}`, values]),
        ),
        ...golden.initial,
        seed: [seed],
        'learning-rate': [learningRate],
      },
    );
  // The kernels of two recurrences take a software adapter seconds to compile, and one has been tried.
  checkSteps(prepare, golden, name === 'translation' ? ['the processor'] : DEVICES);
});
