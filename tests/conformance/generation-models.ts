import type { Column, DatasetSchema } from '../../engine/core/dataset.ts';
import { normal, streamOf } from '../../engine/core/random.ts';
import { size } from '../../engine/core/shape.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { buildPrediction } from '../../engine/inference/predictor.ts';
import type { TrainedModel } from '../../engine/inference/trained-model.ts';

/** Models that go on with a sequence of tokens, with random weights, for the tests of generation. */

export const VOCABULARY = 7;
export const LENGTH = 6;
/** Length of what an encoder reads. */
export const SOURCE = 5;

type Node = {
  readonly id: string;
  readonly type: string;
  readonly params?: Readonly<Record<string, unknown>>;
};
type Edge = {
  readonly from: { readonly node: string; readonly port: string };
  readonly to: { readonly node: string; readonly port: string };
};
export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** `wire('a', 'b.key')`; the ports are `output` and `input` where nothing else is said. */
export function wire(from: string, to: string): Edge {
  const end = (text: string, port: string) => {
    const [node, named = port] = text.split('.');
    return { node, port: named };
  };
  return { from: end(from, 'output'), to: end(to, 'input') };
}

export const chain = (...ids: readonly string[]): Edge[] => ids.slice(1).map((id, at) => wire(ids[at], id));

export const columnsOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

const column = (name: string): Column => ({
  name,
  role: 'input',
  kind: 'number',
  dtype: 'f32',
  shape: [],
  missing: 0,
  statistics: { min: 0, max: VOCABULARY - 1, mean: 3, standardDeviation: 2 },
});

export const SCHEMA: DatasetSchema = {
  version: 1,
  name: 'tokens',
  columns: [...columnsOf('x', LENGTH), ...columnsOf('s', SOURCE)].map(column),
  rows: { train: 0, validation: 0, test: 0 },
};

/** An embedded sequence of tokens; its Input is called as it is. */
export const embedded = (name: string, prefix: string, length: number): Graph => ({
  nodes: [
    { id: name, type: 'input', params: { columns: columnsOf(prefix, length), encoding: 'indices' } },
    { id: `${name}-table`, type: 'embedding', params: { dimensions: 8 } },
  ],
  edges: chain(name, `${name}-table`),
});

export const join = (...graphs: readonly Graph[]): Graph => ({
  nodes: graphs.flatMap(({ nodes }) => nodes),
  edges: graphs.flatMap(({ edges }) => edges),
});

/** Scores of the next token out of what a node gives. */
export const scores = (last: string): Graph => ({
  nodes: [
    { id: 'scores', type: 'dense', params: { units: VOCABULARY } },
    { id: 'output', type: 'output' },
  ],
  edges: [wire(last, 'scores'), wire('scores', 'output')],
});

/** Tokens, their embedding (`tokens-table`) and, behind `last`, scores of the next token. */
export const decoder = (last: string, ...graphs: readonly Graph[]): Graph =>
  join(embedded('tokens', 'x', LENGTH), ...graphs, scores(last));

export const encoder = (): Graph => embedded('source', 's', SOURCE);

/** A block of a Transformer before which everything is normalised (Xiong et al., 2020). */
export const block = (n: number, input: string, attention: Record<string, unknown>): Graph => ({
  nodes: [
    { id: `norm-${n}`, type: 'layer-norm' },
    { id: `attention-${n}`, type: 'multi-head-attention', params: { heads: 2, causal: true, ...attention } },
    { id: `attended-${n}`, type: 'add' },
    { id: `widen-${n}`, type: 'dense', params: { units: 16 } },
    { id: `gelu-${n}`, type: 'gelu' },
    { id: `narrow-${n}`, type: 'dense', params: { units: 8 } },
    { id: `block-${n}`, type: 'add' },
  ],
  edges: [
    wire(input, `norm-${n}`),
    wire(`norm-${n}`, `attention-${n}.query`),
    wire(input, `attended-${n}.inputs`),
    wire(`attention-${n}`, `attended-${n}.inputs`),
    ...chain(`attended-${n}`, `widen-${n}`, `gelu-${n}`, `narrow-${n}`),
    wire(`attended-${n}`, `block-${n}.inputs`),
    wire(`narrow-${n}`, `block-${n}.inputs`),
  ],
});

export const node = (id: string, type: string, params: Node['params'], ...edges: readonly Edge[]): Graph => ({
  nodes: [{ id, type, params }],
  edges,
});

/** The model with weights that are not small, so that every one of them counts. */
export function randomModel(graph: Graph, schema = SCHEMA): TrainedModel {
  const training = { optimizer: { type: 'adam', params: {} }, epochs: 1, batchSize: 1, seed: 1, l2: 0 };
  const document = parseDocument({ format: 'strata', version: 1, name: 'model', ...graph, training });
  const { weights } = buildPrediction({ document, schema, weights: new Map() }, 1);
  const tensors = weights.map(({ state: { name, type, init } }) => {
    const stream = streamOf(name);
    const value = name.includes('variance') ? Math.abs : Number;
    const data =
      init.kind === 'values' && name.includes('rotation')
        ? Float32Array.from(init.values)
        : Float32Array.from({ length: size(type.shape) }, (_, at) => value(0.5 * normal(3, stream, 0, at)));
    return [name, { name, ...type, data }] as const;
  });
  return { document, schema, weights: new Map(tensors) };
}
