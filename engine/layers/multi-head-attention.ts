import { boolean, int, number } from '../core/fields.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { broadcast } from '../ops/broadcast.ts';
import { fill } from '../ops/constant.ts';
import { equal } from '../ops/equal.ts';
import { iota } from '../ops/iota.ts';
import { linear } from '../ops/linear.ts';
import { matmul } from '../ops/matmul.ts';
import { reshape } from '../ops/reshape.ts';
import { select } from '../ops/select.ts';
import { transpose } from '../ops/transpose.ts';
import { attend, attendByBlocks, attentionWeights, blocksOf, type Attention } from './attention.ts';
import { initialiserField, kernelAndBias } from './initialisers.ts';
import { defineLayer, type LayerProblem, type LowerContext, type PortType } from './layer.ts';
import { checkMask, maskPort, maskValue } from './masks.ts';
import { anglesAt, anglesOf, rotate, rotations } from './rotary.ts';
import { features, formatPort, lastExtent, mismatch, requireSequence } from './shapes.ts';
import type { BeginContext, StepContext, StepResult } from './stepwise.ts';

const fields = {
  heads: int({ label: 'Heads', help: 'How many weightings there are side by side.', default: 4, min: 1 }),
  causal: boolean({
    label: 'Causal',
    help: 'Each position sees only itself and those before it.',
    default: false,
  }),
  rotary: boolean({
    label: 'Rotary positions',
    help: 'Turns queries and keys by their positions; instead of a PositionalEncoding.',
    default: false,
  }),
  dropout: number({
    label: 'Dropout',
    help: 'Share of the weights that are hidden while training.',
    default: 0,
    min: 0,
    max: 1,
    exclusiveMax: true,
  }),
  keyDimension: int({
    label: 'Key dimension',
    help: 'Numbers per head; 0: the channels of the query, divided among the heads.',
    default: 0,
    min: 0,
    advanced: true,
  }),
  bias: boolean({
    label: 'Bias',
    help: 'Adds a trained offset to every projection.',
    default: true,
    advanced: true,
  }),
  initialiser: initialiserField('glorot-uniform'),
};

export default defineLayer({
  type: 'multi-head-attention',
  title: 'MultiHeadAttention',
  category: 'sequence',
  summary: 'Each position gathers what it needs from all others.',
  doc:
    '$y = \\operatorname{concat}(A_1 V_1, …, A_h V_h) W_O$ with the weights $A_i = \\operatorname{softmax}(Q_i K_i^T / \\sqrt{d})$ of each ' +
    'head and $Q_i$, $K_i$, $V_i$ projections of query, key and value, $d$ wide. Query *batch × queries × channels*, key and value ' +
    '*batch × keys × channels*; the result is as the query. Vaswani et al., NeurIPS 2017.\n\n' +
    'Self-attention: connect the query alone. Cross-attention: connect key, too; the value is the key where nothing else is connected.\n\n' +
    'Causal: a position sees only itself and those before it, for models that predict what comes next. With a mask only the keys ' +
    'that count are seen; a query that sees none gets weights of 0. Rotary positions turn queries and keys, so that weights depend ' +
    'on distances (Su et al., 2021), in halves as in GPT-NeoX.',
  keywords: [
    'attention',
    'transformer',
    'self-attention',
    'cross-attention',
    'causal',
    'mha',
    'rotary',
    'rope',
  ],
  fields,
  inputs: [
    { name: 'query', doc: 'What looks: batch × queries × channels.' },
    {
      name: 'key',
      doc: 'What is looked at: batch × keys × channels. Unconnected: the query.',
      optional: true,
    },
    {
      name: 'value',
      doc: 'What is gathered: batch × keys × channels. Unconnected: the key.',
      optional: true,
    },
    { ...maskPort, doc: 'True (or not 0) at the keys that count, batch × keys. Unconnected: all of them.' },
  ],
  outputs: [
    { name: 'output', doc: 'The result, as the query.' },
    { name: 'weights', doc: 'Who looks at what, before dropout: batch × heads × queries × keys.' },
  ],
  infer({ inputs, params }) {
    const { query, key, value } = partsOf(inputs);
    const problem =
      requireSequence('query', query) ??
      requireSequence('key', key) ??
      requireSequence('value', value) ??
      checkLengths(key, value) ??
      checkMask(inputs.mask, key.shape[1]) ??
      checkHeads(params, lastExtent(query));
    if (problem) return { problems: [problem] };
    const weights = [query.shape[0], params.heads, query.shape[1], key.shape[1]];
    return {
      outputs: { output: { dtype: 'f32', shape: query.shape }, weights: { dtype: 'f32', shape: weights } },
    };
  },
  weights({ inputs, params }) {
    const parts = partsOf(inputs);
    const channels = lastExtent(parts.query);
    const size = headSize(params, channels);
    const width = params.heads * size;
    const projection = (name: string, from: number, to: number) =>
      kernelAndBias([from, to], { in: from, out: to }, params).map((weight) => ({
        ...weight,
        name: `${name}-${weight.name}`,
      }));
    const length = Math.max(features(parts.query)[0], features(parts.key)[0]);
    return [
      ...Object.entries(parts).flatMap(([name, type]) => projection(name, lastExtent(type), width)),
      ...projection('output', width, channels),
      ...(params.rotary ? rotations(length, size) : []),
    ];
  },
  lower(context) {
    const { b, inputs, params, training, stream, connected } = context;
    const [query, key, value] = (['query', 'key', 'value'] as const).map((name) => projected(context, name));
    const attention: Attention = {
      query,
      key,
      value,
      counts: maskValue(b, inputs.mask),
      causal: params.causal,
      dropout: training && params.dropout > 0 ? { rate: params.dropout, stream: stream() } : undefined,
    };
    const blocks = connected('weights') ? 1 : blocksOf(attention);
    const { output, ...others } =
      blocks > 1 ? { output: attendByBlocks(b, attention, blocks) } : attend(b, attention);
    return { output: project(context, joinHeads(b, output), 'output'), ...others };
  },
  stepwise: (context) => {
    const others = (['key', 'value', 'mask'] as const).flatMap((port) => context.arrival(port) ?? []);
    const self = context.arrival('key') !== 'begin';
    if (
      context.arrival('query') !== 'step' ||
      others.some((arrival) => arrival !== (self ? 'step' : 'begin'))
    )
      return 'it looks at a sequence of which only a part is known';
    if (self && !context.params.causal) return 'it looks at later positions, because it is not causal';
    return self ? selfStep(context) : crossStep(context);
  },
});

type Context = Pick<LowerContext<typeof fields>, 'b' | 'inputs' | 'weight' | 'params'>;
type Part = 'query' | 'key' | 'value';

/** x · W (+ b) of one of the projections. */
function project({ b, params, weight }: Omit<Context, 'inputs'>, x: Value, name: Part | 'output'): Value {
  return linear(b, x, weight(`${name}-kernel`), params.bias ? weight(`${name}-bias`) : undefined);
}

/** The heads of query, key or value, [batch, heads, length, size]; turned by their positions where they are to be. */
function projected(context: Context, name: Part): Value {
  const { b, inputs, params, weight } = context;
  const heads = splitHeads(b, project(context, partsOf(inputs)[name], name), params.heads);
  if (!params.rotary || name === 'value') return heads;
  return rotate(b, heads, anglesOf(b, weight, heads.type.shape[2]));
}

/** The same for the one position that arrives. */
function projectedAt(context: StepContext<typeof fields>, name: Part): Value {
  const { b, inputs, params, weight, position } = context;
  const heads = splitHeads(b, project(context, partsOf(inputs)[name], name), params.heads);
  if (!params.rotary || name === 'value') return heads;
  context.positions();
  return rotate(b, heads, anglesAt(b, weight, position));
}

/** What the weights gather, as the query. */
function gathered(context: Omit<Context, 'inputs'>, weights: Value, value: Value): Value {
  return project(context, joinHeads(context.b, matmul(context.b, weights, value)), 'output');
}

/** Self-attention of one position: its key and value join those of the earlier ones, which are kept. */
function selfStep(context: StepContext<typeof fields>): StepResult {
  const { b, inputs, position } = context;
  const length = context.positions();
  const [key, value] = (['key', 'value'] as const).map((name) =>
    joined(context, name, projectedAt(context, name), 2, length),
  );
  const mask = maskValue(b, inputs.mask);
  const counts = mask && joined(context, 'mask', mask, 1, length);
  const query = projectedAt(context, 'query');
  const weights = attentionWeights(b, { query, key, counts, causal: true }, position);
  return { output: gathered(context, weights, value), weights };
}

/** What is kept of all positions along an axis, with that of this position in its place. */
function joined(context: StepContext<typeof fields>, name: string, x: Value, axis: number, length: number) {
  const { b, position } = context;
  const shape = x.type.shape.with(axis, length);
  const kept = context.keep(name, (begin) => fill(begin.b, 0, shape, x.type.dtype));
  const here = equal(b, iota(b, shape, axis), position);
  const spread = broadcast(
    b,
    x,
    shape,
    shape.map((_, at) => at),
  );
  const all = select(b, here, spread, kept.value);
  kept.write(all);
  return all;
}

/** Attention to a sequence that is there from the beginning: its keys and values are worked out once. */
function crossStep(context: StepContext<typeof fields>): StepResult {
  const { b, inputs, params, position } = context;
  const at = (begin: BeginContext<typeof fields>): Context => ({ ...begin, params });
  const [key, value] = (['key', 'value'] as const).map(
    (name) => context.keep(name, (begin) => projected(at(begin), name)).value,
  );
  const query = projectedAt(context, 'query');
  const counts = maskValue(b, inputs.mask);
  const weights = attentionWeights(b, { query, key, counts, causal: params.causal }, position);
  return { output: gathered(context, weights, value), weights };
}

/** What stands for key and value where nothing is connected. */
function partsOf<T>(inputs: Readonly<Record<string, readonly T[]>>): Record<'query' | 'key' | 'value', T> {
  const [query] = inputs.query;
  const [key = query] = inputs.key;
  const [value = key] = inputs.value;
  return { query, key, value };
}

interface Heads {
  readonly heads: number;
  readonly keyDimension: number;
  readonly rotary: boolean;
}

const headSize = ({ heads, keyDimension }: Heads, channels: number): number =>
  keyDimension || channels / heads;

function checkLengths(key: PortType, value: PortType): LayerProblem | null {
  if (key.shape[1] === value.shape[1]) return null;
  return mismatch(
    'value',
    value,
    formatPort({ ...value, shape: [key.shape[0], key.shape[1], value.shape[2]] }),
    {
      message: 'Key and value are sequences of different lengths.',
      fix: 'Connect values that belong to the keys.',
    },
  );
}

function checkHeads(params: Heads, channels: number): LayerProblem | null {
  const size = headSize(params, channels);
  const fits = Number.isInteger(size) && (!params.rotary || size % 2 === 0);
  if (fits) return null;
  const field = params.keyDimension ? 'keyDimension' : 'heads';
  const fitting = field === 'heads' && mostHeads(params, channels);
  return {
    code: 'ATTENTION_HEADS',
    severity: 'error',
    field,
    message: params.rotary
      ? 'Rotary positions need an even number of channels in each head.'
      : 'The channels of the query cannot be divided among the heads.',
    got: `${channels} channels, ${params.heads} heads`,
    expected: params.rotary ? 'an even number of channels per head' : 'a multiple of the heads',
    fix: 'Change the number of heads or the key dimension.',
    ...(fitting && { repair: { kind: 'set', field, value: fitting } as const }),
  };
}

/** The largest number of heads up to the one that is set that fits; 0 where there is none. */
function mostHeads({ heads, rotary }: Heads, channels: number): number {
  while (heads > 0 && channels % (rotary ? 2 * heads : heads) !== 0) heads--;
  return heads;
}

/** [batch, length, heads · size] → [batch, heads, length, size] */
function splitHeads(b: Builder, x: Value, heads: number): Value {
  const [batch, length, width] = x.type.shape;
  return transpose(b, reshape(b, x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

function joinHeads(b: Builder, x: Value): Value {
  const [batch, heads, length, size] = x.type.shape;
  return reshape(b, transpose(b, x, [0, 2, 1, 3]), [batch, length, heads * size]);
}
