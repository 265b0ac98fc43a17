import type { Column, DatasetSchema } from '../../engine/core/dataset.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';

/** The models that the benchmark trains, as documents a person could have drawn. The peers build the same ones. */
export interface Workload {
  readonly document: ModelDocument;
  readonly schema: DatasetSchema;
  readonly batch: number;
  /** Values that random inputs and targets are smaller than. */
  readonly inputs: number;
  readonly classes: number;
}

export const WORKLOAD_NAMES = ['mlp', 'cnn', 'char', 'transformer'] as const;
export type WorkloadName = (typeof WORKLOAD_NAMES)[number];

/** Rows on the device. */
export const ROWS = 1024;
const VOCABULARY = 64;

type Node = { readonly id: string; readonly type: string; readonly params?: Record<string, unknown> };
type Edge = ModelDocument['edges'][number];

const wire = (from: string, node: string, port = 'input'): Edge => ({
  from: { node: from, port: 'output' },
  to: { node, port },
});

/** Edges through nodes one after the other. */
const chain = (...ids: readonly string[]): Edge[] =>
  ids.slice(1).map((id, at) => wire(ids[at], id, id === 'loss' ? 'prediction' : 'input'));

export const straight = (nodes: readonly Node[]): { nodes: readonly Node[]; edges: Edge[] } => ({
  nodes,
  edges: chain(...nodes.map(({ id }) => id)),
});

const dense = (id: string, units: number): Node => ({ id, type: 'dense', params: { units } });
const conv = (id: string, filters: number): Node => ({
  id,
  type: 'conv2d',
  params: { filters, size: [3, 3], padding: 'same' },
});
const pool = (id: string): Node => ({ id, type: 'max-pool2d', params: { size: [2, 2], stride: [2, 2] } });
const lstm = (id: string): Node => ({
  id,
  type: 'lstm',
  params: { units: 128, sequences: true },
});

const image: Column = {
  name: 'image',
  role: 'input',
  kind: 'image',
  dtype: 'u8',
  shape: [28, 28, 1],
  normalisation: { offset: [0], scale: [1 / 255] },
  missing: 0,
};

const tokens = (role: 'input' | 'target', length: number): Column[] =>
  Array.from({ length }, (_, at) => ({
    name: `${role}-${at}`,
    role,
    kind: 'number',
    dtype: 'f32',
    shape: [],
    statistics: { min: 0, max: VOCABULARY - 1, mean: VOCABULARY / 2, standardDeviation: 1 },
    missing: 0,
  }));

const label: Column = {
  name: 'label',
  role: 'target',
  kind: 'category',
  dtype: 'i32',
  shape: [],
  classes: Array.from({ length: 10 }, (_, at) => `class ${at}`),
  missing: 0,
};

function workload(
  name: WorkloadName,
  model: { readonly nodes: readonly Node[]; readonly edges: readonly Edge[] },
  { columns, batch, inputs, classes }: Omit<Workload, 'document' | 'schema'> & { readonly columns: Column[] },
): Workload {
  const training = { optimizer: { type: 'adam', params: { learningRate: 0.001 } }, epochs: 1 };
  const settings = { ...training, batchSize: batch, seed: 1, l2: 0 };
  const document = parseDocument({ format: 'strata', version: 1, name, ...model, training: settings });
  const rows = { train: ROWS, validation: 0, test: 0 };
  const schema = { version: 1, name, columns, rows } as const;
  return { document, schema, batch, inputs, classes };
}

const input: Node = { id: 'input', type: 'input' };
const indices: Node = { id: 'input', type: 'input', params: { encoding: 'indices' } };
const loss: Node = { id: 'loss', type: 'cross-entropy' };
const lossOfSteps: Node = { ...loss, params: { encoding: 'indices' } };

/** A block of a Transformer with norms after its parts, as in the paper. */
const block = (n: number, from: string): { nodes: Node[]; edges: Edge[] } => ({
  nodes: [
    { id: `attention-${n}`, type: 'multi-head-attention', params: { heads: 4, causal: true } },
    { id: `attended-${n}`, type: 'add' },
    { id: `attended-norm-${n}`, type: 'layer-norm' },
    dense(`widen-${n}`, 256),
    { id: `relu-${n}`, type: 'relu' },
    dense(`narrow-${n}`, 64),
    { id: `fed-${n}`, type: 'add' },
    { id: `fed-norm-${n}`, type: 'layer-norm' },
  ],
  edges: [
    wire(from, `attention-${n}`, 'query'),
    wire(from, `attended-${n}`, 'inputs'),
    wire(`attention-${n}`, `attended-${n}`, 'inputs'),
    ...chain(`attended-${n}`, `attended-norm-${n}`, `widen-${n}`, `relu-${n}`, `narrow-${n}`),
    wire(`attended-norm-${n}`, `fed-${n}`, 'inputs'),
    wire(`narrow-${n}`, `fed-${n}`, 'inputs'),
    ...chain(`fed-${n}`, `fed-norm-${n}`),
  ],
});

function transformer(): { nodes: Node[]; edges: Edge[] } {
  const blocks = [block(1, 'positions'), block(2, 'fed-norm-1')];
  const embedding: Node = { id: 'embedding', type: 'embedding', params: { dimensions: 64 } };
  const positions: Node = { id: 'positions', type: 'positional-encoding', params: { kind: 'learned' } };
  return {
    nodes: [
      indices,
      embedding,
      positions,
      ...blocks.flatMap(({ nodes }) => nodes),
      dense('scores', VOCABULARY),
      lossOfSteps,
    ],
    edges: [
      ...chain('input', 'embedding', 'positions'),
      ...blocks.flatMap(({ edges }) => edges),
      ...chain('fed-norm-2', 'scores', 'loss'),
    ],
  };
}

export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  mlp: workload(
    'mlp',
    straight([
      input,
      { id: 'flatten', type: 'flatten' },
      dense('hidden', 64),
      { id: 'relu', type: 'relu' },
      dense('scores', 10),
      loss,
    ]),
    { columns: [image, label], batch: 32, inputs: 256, classes: 10 },
  ),
  cnn: workload(
    'cnn',
    straight([
      input,
      conv('conv-1', 32),
      { id: 'relu-1', type: 'relu' },
      pool('pool-1'),
      conv('conv-2', 64),
      { id: 'relu-2', type: 'relu' },
      pool('pool-2'),
      { id: 'flatten', type: 'flatten' },
      dense('hidden', 64),
      { id: 'relu-3', type: 'relu' },
      dense('scores', 10),
      loss,
    ]),
    { columns: [image, label], batch: 32, inputs: 256, classes: 10 },
  ),
  char: workload(
    'char',
    straight([
      indices,
      { id: 'embedding', type: 'embedding', params: { dimensions: 64 } },
      lstm('lstm-1'),
      lstm('lstm-2'),
      dense('scores', VOCABULARY),
      lossOfSteps,
    ]),
    {
      columns: [...tokens('input', 40), ...tokens('target', 40)],
      batch: 32,
      inputs: VOCABULARY,
      classes: VOCABULARY,
    },
  ),
  transformer: workload('transformer', transformer(), {
    columns: [...tokens('input', 64), ...tokens('target', 64)],
    batch: 16,
    inputs: VOCABULARY,
    classes: VOCABULARY,
  }),
};
