import { expect, it } from 'vitest';
import { interpret } from '../backends/reference/interpret.ts';
import { Builder } from '../ir/builder.ts';
import { cast } from '../ops/cast.ts';
import { fill } from '../ops/constant.ts';
import { iota } from '../ops/iota.ts';
import { random } from '../ops/random.ts';
import layer from './mixup.ts';

const BATCH = 4000;

/** What becomes of the examples 0, 1, 2 … and of the same numbers as targets. */
function mixed(strength: number, training = true) {
  const b = new Builder('mixup');
  const numbers = cast(b, iota(b, [BATCH, 1], 0), 'f32');
  let stream = 0;
  const outputs = layer.lower({
    b,
    params: { strength },
    inputs: { input: [numbers], target: [numbers] },
    training,
    random: (shape: readonly number[]) =>
      random(b, fill(b, 7, [], 'u32'), fill(b, 1, [], 'u32'), stream++, shape),
  } as never);
  b.output('x', outputs.output);
  b.output('t', outputs.target);
  const results = interpret(b.finish(), new Map()).outputs;
  return { x: Array.from(results.get('x')!.data), t: Array.from(results.get('t')!.data) };
}

// Of λ from Beta(α, α), the mean of max(λ, 1 − λ): ¾ for the uniform one, ½ + 1/π for the arcsine one.
it.each([
  [1, 0.75],
  [0.5, 0.5 + 1 / Math.PI],
])('mixes neighbours and their targets by shares of Beta(%d)', (strength, mean) => {
  const { x, t } = mixed(strength);
  expect(t).toEqual(x);
  const shares = x.slice(0, -1).map((value, at) => at + 1 - value);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.5 - 1e-9);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1 + 1e-9);
  expect(shares.reduce((sum, share) => sum + share) / shares.length).toBeCloseTo(mean, 1.7);
  // The last one has the first one for its neighbour.
  expect(x.at(-1)).toBeGreaterThanOrEqual((BATCH - 1) / 2);
});

it('leaves everything as it is when the model is evaluated', () => {
  expect(mixed(1, false).x).toEqual(Array.from({ length: BATCH }, (_, at) => at));
});
