import { BYTES } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { and } from '../ops/and.ts';
import { broadcast } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { iota } from '../ops/iota.ts';
import { less } from '../ops/less.ts';
import { matmul } from '../ops/matmul.ts';
import { mul } from '../ops/mul.ts';
import { not } from '../ops/not.ts';
import { pad } from '../ops/pad.ts';
import { random } from '../ops/random.ts';
import { reshape } from '../ops/reshape.ts';
import { slice } from '../ops/slice.ts';
import { maskedSoftmax, softmax } from '../ops/softmax.ts';
import { transpose } from '../ops/transpose.ts';
import { drop } from './dropping.ts';
import type { RandomStream } from './layer.ts';

/** What attention is computed from, each head apart. */
export interface Attention {
  /** Queries [batch, heads, queries, size], keys and values [batch, heads, keys, size]. */
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** Keys that count, bool[batch, keys]; all where absent. */
  readonly counts: Value | undefined;
  readonly causal: boolean;
  /** Share of the weights that are hidden, and what decides which. */
  readonly dropout: { readonly rate: number; readonly stream: RandomStream } | undefined;
}

/** Softmax of the scores, [batch, heads, queries, keys], and what is gathered with it, [batch, heads, queries, size]. */
export function attend(b: Builder, parts: Attention): { readonly output: Value; readonly weights: Value } {
  const whole = { rows: parts.query.type.shape[2], first: undefined };
  const weights = attentionWeights(b, parts);
  return { output: matmul(b, dropped(b, weights, parts, whole), parts.value), weights };
}

/** Bytes of scores beyond which they are not kept, and bytes of them that are computed at once instead. */
const LARGE = 2 ** 24;
const AT_ONCE = 2 ** 20;

/** How many blocks of queries attention is cut into, so that no large table of scores comes about. */
export function blocksOf({ query, key }: Pick<Attention, 'query' | 'key'>): number {
  const [batch, heads, queries] = query.type.shape;
  const bytes = BYTES.f32 * size([batch, heads, queries, key.type.shape[2]]);
  return bytes > LARGE ? Math.min(queries, Math.ceil(bytes / AT_ONCE)) : 1;
}

/**
 * The output of `attend`, block of queries by block: whole rows of the softmax are there at any time, but never all of them, and
 * the backward pass computes them again (Rabe & Staats, "Self-attention Does Not Need O(n²) Memory", arXiv 2112.05682, 2021).
 */
export function attendByBlocks(b: Builder, parts: Attention, blocks: number): Value {
  const { query, key, value, counts, causal, dropout } = parts;
  const [batch, heads, queries, width] = query.type.shape;
  const length = Math.ceil(queries / blocks);
  const none = [0, 0, 0, 0];
  const filled = pad(b, query, none, [0, 0, blocks * length - queries, 0]);
  const apart = transpose(b, reshape(b, filled, [batch, heads, blocks, length, width]), [2, 0, 1, 3, 4]);
  const { outputs } = b.scan(
    {
      first: [],
      sequences: [apart, iota(b, [blocks], 0)],
      constants: [
        key,
        value,
        ...(counts ? [counts] : []),
        ...(dropout ? [dropout.stream.seed, dropout.stream.step] : []),
      ],
      steps: blocks,
    },
    (step, { slices: [part, number], constants: [keys, values, ...others] }) => {
      const [seed, counter] = others.slice(counts ? 1 : 0);
      const here: Attention = {
        query: part,
        key: keys,
        value: values,
        counts: counts && others[0],
        causal,
        dropout: dropout && { rate: dropout.rate, stream: { ...dropout.stream, seed, step: counter } },
      };
      const rows = { rows: queries, first: mul(step, number, length) };
      const weights = attentionWeights(step, here, rows.first);
      return { carries: [], outputs: [matmul(step, dropped(step, weights, here, rows), values)] };
    },
  );
  const [result] = outputs;
  const size = result.type.shape[4];
  const joined = reshape(b, transpose(b, result, [1, 2, 0, 3, 4]), [batch, heads, blocks * length, size]);
  return slice(b, joined, none, [batch, heads, queries, size]);
}

/** Which queries are looked at: of how many, and from which on (i32 scalar; all where absent). */
interface Rows {
  readonly rows: number;
  readonly first: Value | undefined;
}

/**
 * Softmax of how well queries fit keys, [batch, heads, queries, keys]. `first`: number of the first query, i32 scalar, for what is
 * causal; 0 where absent.
 */
export function attentionWeights(
  b: Builder,
  { query, key, counts, causal }: Omit<Attention, 'value' | 'dropout'>,
  first?: Value,
): Value {
  // Scaled behind the product, whose kernel does that on the way; scaled queries would be a kernel more.
  const products = matmul(b, query, key, { transposeRight: true });
  const scores = mul(b, products, 1 / Math.sqrt(query.type.shape[3]));
  const { shape } = scores.type;
  const counted = counts && broadcast(b, counts, shape, [0, 3]);
  const seen = causal ? past(b, shape, counted, first) : counted;
  return seen ? maskedSoftmax(b, scores, seen) : softmax(b, scores);
}

/** Keys that stand no later than the query, and count. */
function past(
  b: Builder,
  shape: readonly number[],
  counted: Value | undefined,
  first: Value | undefined,
): Value {
  const row = iota(b, shape, 2);
  const early = not(b, less(b, first ? add(b, row, first) : row, iota(b, shape, 3)));
  return counted ? and(b, early, counted) : early;
}

/** A block's random numbers are those that its elements would have among all. */
function dropped(b: Builder, weights: Value, { dropout }: Attention, { rows, first }: Rows): Value {
  if (!dropout) return weights;
  const { shape } = weights.type;
  const { seed, step, stream } = dropout.stream;
  const [batch, heads, , keys] = shape;
  const part = first && {
    whole: [batch, heads, rows, keys],
    start: cast(b, mul(b, first, keys), 'u32'),
  };
  return drop(b, weights, random(b, seed, step, stream, shape, part), dropout.rate);
}
