import { readFile } from 'node:fs/promises';
import { describe } from 'vitest';
import type { Column, DatasetSchema } from '../../engine/core/dataset.ts';
import { definitionOf } from '../../engine/graph/block.ts';
import transformerEncoder from '../../engine/graph/blocks/transformer-encoder.ts';
import type { ModelDocument, TrainingSettings } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { checkSteps, prepareSteps, type Expected, type Prepared } from './training-harness.ts';

/**
 * Twenty steps of a small MLP, CNN and Transformer against PyTorch in float64 (tests/goldens/make_training.py): each step's
 * loss and, at the end, each parameter and running statistic.
 */
interface Golden {
  readonly batch: number;
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  readonly initial: Readonly<Record<string, readonly number[]>>;
  readonly cases: Readonly<Record<string, GoldenCase>>;
}
interface GoldenCase extends Expected {
  readonly optimizer: { readonly type: string; readonly params: Readonly<Record<string, number>> };
  readonly settings: Partial<TrainingSettings>;
}

const chain = (...ids: readonly string[]) =>
  ids.slice(1).map((id, at) => ({
    from: { node: ids[at], port: 'output' },
    to: { node: id, port: id === 'loss' ? 'prediction' : 'input' },
  }));

const wire = (from: string, node: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node, port },
});

/** A block of a Transformer: attention and a feed-forward network, each with residual and norm. */
const block = (n: number, input: string) => ({
  nodes: [
    { id: `attention-${n}`, type: 'multi-head-attention', params: { heads: 2, bias: false } },
    { id: `attended-${n}`, type: 'add' },
    { id: `attended-norm-${n}`, type: 'layer-norm' },
    { id: `widen-${n}`, type: 'dense', params: { units: 12 } },
    { id: `gelu-${n}`, type: 'gelu' },
    { id: `narrow-${n}`, type: 'dense', params: { units: 8 } },
    { id: `fed-${n}`, type: 'add' },
    { id: `fed-norm-${n}`, type: 'layer-norm' },
  ],
  edges: [
    wire(input, `attention-${n}`, 'query'),
    wire('mask', `attention-${n}`, 'mask'),
    wire(input, `attended-${n}`, 'inputs'),
    wire(`attention-${n}`, `attended-${n}`, 'inputs'),
    ...chain(`attended-${n}`, `attended-norm-${n}`, `widen-${n}`, `gelu-${n}`, `narrow-${n}`),
    wire(`attended-norm-${n}`, `fed-${n}`, 'inputs'),
    wire(`narrow-${n}`, `fed-${n}`, 'inputs'),
    wire(`fed-${n}`, `fed-norm-${n}`),
  ],
});
const blocks = [block(1, 'positions'), block(2, 'fed-norm-1')];

/** The same block as the definition of a group, ready-made but for the biases of its attention. */
const encoder = definitionOf(transformerEncoder, 'encoder', {
  ...{ dimensions: 8, heads: 2, width: 12 },
  ...{ activation: 'gelu', dropout: 0, norm: 'after' },
});
const biasless = {
  ...encoder,
  nodes: encoder.nodes.map((node) =>
    node.id === 'attention' ? { ...node, params: { ...node.params, bias: false } } : node,
  ),
};

const MODELS = {
  mlp: {
    data: 'data.train.input',
    column: { dtype: 'f32', kind: 'number', shape: [] },
    columns: 6,
    nodes: [
      { id: 'input', type: 'input' },
      { id: 'dense-1', type: 'dense', params: { units: 8 } },
      { id: 'tanh', type: 'tanh' },
      { id: 'dense-2', type: 'dense', params: { units: 3 } },
      { id: 'loss', type: 'cross-entropy' },
    ],
    edges: chain('input', 'dense-1', 'tanh', 'dense-2', 'loss'),
  },
  cnn: {
    data: 'data.train.input',
    column: {
      dtype: 'u8',
      kind: 'image',
      shape: [6, 6, 2],
      normalisation: { offset: [0, 0], scale: [1 / 256, 1 / 256] },
    },
    columns: 1,
    nodes: [
      { id: 'input', type: 'input' },
      { id: 'conv', type: 'conv2d', params: { filters: 4, size: [3, 3], padding: 'same' } },
      { id: 'relu', type: 'relu' },
      { id: 'norm', type: 'batch-norm', params: { momentum: 0.875 } },
      { id: 'pool', type: 'max-pool2d', params: { size: [2, 2], stride: [2, 2] } },
      { id: 'flatten', type: 'flatten' },
      { id: 'dense', type: 'dense', params: { units: 3 } },
      { id: 'loss', type: 'cross-entropy' },
    ],
    edges: chain('input', 'conv', 'relu', 'norm', 'pool', 'flatten', 'dense', 'loss'),
  },
  transformer: {
    data: 'data.train.input as indices',
    column: {
      dtype: 'f32',
      kind: 'number',
      shape: [],
      statistics: { min: 0, max: 10, mean: 4, standardDeviation: 3 },
    },
    columns: 6,
    nodes: [
      { id: 'input', type: 'input', params: { encoding: 'indices' } },
      { id: 'mask', type: 'padding-mask' },
      { id: 'embedding', type: 'embedding', params: { dimensions: 8, padding: 0 } },
      { id: 'positions', type: 'positional-encoding', params: { kind: 'learned' } },
      ...blocks.flatMap(({ nodes }) => nodes),
      { id: 'mean', type: 'sequence-mean' },
      { id: 'dense', type: 'dense', params: { units: 3 } },
      { id: 'loss', type: 'cross-entropy' },
    ],
    edges: [
      ...chain('input', 'embedding', 'positions'),
      wire('input', 'mask'),
      ...blocks.flatMap(({ edges }) => edges),
      ...chain('fed-norm-2', 'mean', 'dense', 'loss'),
      wire('mask', 'mean', 'mask'),
    ],
  },
  'transformer of repeated groups': {
    data: 'data.train.input as indices',
    column: {
      dtype: 'f32',
      kind: 'number',
      shape: [],
      statistics: { min: 0, max: 10, mean: 4, standardDeviation: 3 },
    },
    columns: 6,
    groups: [biasless],
    nodes: [
      { id: 'input', type: 'input', params: { encoding: 'indices' } },
      { id: 'mask', type: 'padding-mask' },
      { id: 'embedding', type: 'embedding', params: { dimensions: 8, padding: 0 } },
      { id: 'positions', type: 'positional-encoding', params: { kind: 'learned' } },
      { id: 'blocks', type: 'group', params: { group: 'encoder', repeat: 2 } },
      { id: 'mean', type: 'sequence-mean' },
      { id: 'dense', type: 'dense', params: { units: 3 } },
      { id: 'loss', type: 'cross-entropy' },
    ],
    edges: [
      ...chain('input', 'embedding', 'positions'),
      wire('input', 'mask'),
      wire('mask', 'blocks', 'mask'),
      ...chain('positions', 'blocks', 'mean', 'dense', 'loss'),
      wire('mask', 'mean', 'mask'),
    ],
  },
} as const;
type ModelName = keyof typeof MODELS;

function documentOf(name: ModelName, batch: number, { optimizer, settings }: GoldenCase): ModelDocument {
  const training = { optimizer, epochs: 1, batchSize: batch, seed: 1, l2: 0, ...settings };
  const { nodes, edges } = MODELS[name];
  const groups = 'groups' in MODELS[name] ? MODELS[name].groups : [];
  return parseDocument({ format: 'strata', version: 2, name, nodes, edges, groups, training });
}

function schemaOf(name: ModelName, rows: number): DatasetSchema {
  const { column, columns } = MODELS[name];
  const inputs = Array.from({ length: columns }, (_, at): Column => ({
    ...column,
    name: `x${at}`,
    role: 'input',
    missing: 0,
  }));
  const classes = ['a', 'b', 'c'];
  const target = {
    name: 'y',
    role: 'target',
    kind: 'category',
    dtype: 'i32',
    shape: [],
    classes,
    missing: 0,
  } as const;
  return { version: 1, name, columns: [...inputs, target], rows: { train: rows, validation: 0, test: 0 } };
}

function prepare(name: ModelName, golden: Golden, settings: GoldenCase): Prepared {
  return prepareSteps(documentOf(name, golden.batch, settings), schemaOf(name, golden.targets.length), {
    ...golden.initial,
    [MODELS[name].data]: golden.inputs,
    'data.train.target': golden.targets,
    'learning-rate': [settings.optimizer.params.learningRate],
  });
}

/** The golden of a model of layers for the same model with its blocks in a group: weights are called by their paths. */
function grouped({ initial, cases, ...rest }: Golden): Golden {
  const renamed = (weights: Golden['initial']) =>
    Object.fromEntries(
      Object.entries(weights).map(([name, values]) => [
        name.replace(/^(attention|attended-norm|widen|narrow|fed-norm)-(\d)\./, 'blocks/$2/$1.'),
        values,
      ]),
    );
  const all = Object.entries(cases).map(([label, it]) => [label, { ...it, final: renamed(it.final) }]);
  return { ...rest, initial: renamed(initial), cases: Object.fromEntries(all) as Golden['cases'] };
}

for (const [name, file] of [
  ['mlp', 'mlp'],
  ['cnn', 'cnn'],
  ['transformer', 'transformer'],
  ['transformer of repeated groups', 'transformer'],
] as const) {
  const made: Golden = JSON.parse(
    await readFile(new URL(`../goldens/training-${file}.json`, import.meta.url), 'utf8'),
  );
  const golden = name === file ? made : grouped(made);
  describe.each(Object.entries(golden.cases))(`${name} with %s, 20 steps as PyTorch`, (_, expected) => {
    checkSteps(() => prepare(name, golden, expected), expected);
  });
}
