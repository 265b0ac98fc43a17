import { number } from '../core/fields.ts';
import type { Shape } from '../core/shape.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { div } from '../ops/div.ts';
import { concat } from '../ops/concat.ts';
import { less } from '../ops/less.ts';
import { maximum } from '../ops/max.ts';
import { mul } from '../ops/mul.ts';
import { pow } from '../ops/pow.ts';
import { reshape } from '../ops/reshape.ts';
import { select } from '../ops/select.ts';
import { slice } from '../ops/slice.ts';
import { sub } from '../ops/sub.ts';
import { defineLayer } from './layer.ts';
import { perExample } from './moving.ts';
import { requireReal } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

/** Draws of a beta distribution by rejection; after these the last one is taken, which at strength 1 happens to 1 in 256. */
const TRIES = 8;

export default defineLayer({
  type: 'mixup',
  title: 'Mixup',
  category: 'augmentation',
  summary: 'Mixes each example with another one of its batch, and their targets with it, while training.',
  doc:
    '$x = \\lambda x_i + (1 - \\lambda) x_j$ and $t = \\lambda t_i + (1 - \\lambda) t_j$ with the next example $j$ of the batch and ' +
    '$\\lambda \\sim \\text{Beta}(\\alpha, \\alpha)$, at least ½, drawn for each example. When the model is evaluated or used it does nothing.\n\n' +
    'The target comes from an Input of the target column, read as features, and goes on to the target port of the loss. Zhang et al., ' +
    'ICLR 2018.',
  keywords: ['label mixing', 'interpolation', 'beta distribution', 'data augmentation'],
  fields: {
    strength: number({
      label: 'Strength',
      help: 'α of the beta distribution; the larger, the more examples are mixed half and half.',
      default: 0.2,
      min: 0.05,
      max: 1,
    }),
  },
  inputs: [
    { name: 'input', doc: 'What is mixed.' },
    { name: 'target', doc: 'Its targets: rows of numbers, or of probabilities (one-hot).' },
  ],
  outputs: [
    { name: 'output', doc: 'The mixed examples.' },
    { name: 'target', doc: 'Their targets.' },
  ],
  infer({ inputs }) {
    const [[input], [target]] = [inputs.input, inputs.target];
    const problem = requireReal('input', input) ?? requireReal('target', target);
    if (problem) return { problems: [problem] };
    const same = ({ shape }: typeof input) => ({ dtype: 'f32', shape }) as const;
    return { outputs: { output: same(input), target: same(target) } };
  },
  stepwise: eachPosition,
  lower({ b, inputs, params: { strength }, training, random }) {
    const [[input], [target]] = [inputs.input, inputs.target];
    if (!training) return { output: input, target };
    const drawn = beta(b, random, [input.type.shape[0]], strength);
    const share = maximum(b, drawn, sub(b, 1, drawn));
    return { output: mix(b, input, share), target: mix(b, target, share) };
  },
});

/** Numbers of Beta(α, α) for α up to 1. Jöhnk, Metrika 8, 1964. */
function beta(b: Builder, random: (shape: Shape) => Value, shape: Shape, strength: number): Value {
  const attempt = () => {
    const [x, y] = [random(shape), random(shape)].map((uniform) => pow(b, sub(b, 1, uniform), 1 / strength));
    const sum = add(b, x, y);
    // Both may be too small for a float: then they are as good as equal.
    return { accepted: less(b, sum, 1), share: div(b, add(b, x, TINY), add(b, sum, 2 * TINY)) };
  };
  let { share } = attempt();
  for (let at = 1; at < TRIES; at++) {
    const next = attempt();
    share = select(b, next.accepted, next.share, share);
  }
  return share;
}
const TINY = 1e-30;

/** Each example with a share of the next one; the last one with the first. */
function mix(b: Builder, x: Value, share: Value): Value {
  const [batch, ...rest] = x.type.shape;
  const own = reshape(b, share, perExample(x.type.shape));
  if (batch === 1) return x;
  const next = concat(
    b,
    [
      slice(b, x, [1, ...rest.map(() => 0)], [batch, ...rest]),
      slice(b, x, [0, ...rest.map(() => 0)], [1, ...rest]),
    ],
    0,
  );
  return add(b, mul(b, own, x), mul(b, sub(b, 1, own), next));
}
