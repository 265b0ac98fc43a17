import { describe, expect, it } from 'vitest';
import { uniform } from '../core/random.ts';
import { candidates, draw, highest, logProbabilities } from './sampling.ts';

/** Scores of probabilities 0.1, 0.4, 0.2 and 0.3. */
const SCORES = [0.1, 0.4, 0.2, 0.3].map((share) => Math.log(share) + 7);
const ALL = { temperature: 1, topK: 0, topP: 1 };

const shares = (settings: Partial<typeof ALL>) =>
  candidates(SCORES, { ...ALL, ...settings }).map(({ choice, probability }) => [
    choice,
    Number(probability.toFixed(6)),
  ]);

describe('the tokens that may come next', () => {
  it('are all, the likeliest first', () => {
    expect(shares({})).toEqual([
      [1, 0.4],
      [3, 0.3],
      [2, 0.2],
      [0, 0.1],
    ]);
  });

  it('are the likeliest alone at temperature 0, the first of equal ones', () => {
    expect(shares({ temperature: 0 })).toEqual([[1, 1]]);
    expect(candidates([2, 5, 5], { ...ALL, temperature: 0 })).toEqual([{ choice: 1, probability: 1 }]);
  });

  it('differ more at a low temperature: p^(1/T)', () => {
    const squares = [0.16, 0.09, 0.04, 0.01];
    expect(shares({ temperature: 0.5 })).toEqual(
      [1, 3, 2, 0].map((choice, at) => [choice, Number((squares[at] / 0.3).toFixed(6))]),
    );
  });

  it('are the likeliest k, with the rest of the probability', () => {
    expect(shares({ topK: 2 })).toEqual([
      [1, Number((4 / 7).toFixed(6))],
      [3, Number((3 / 7).toFixed(6))],
    ]);
  });

  it.each([
    [0.3, [1]],
    [0.41, [1, 3]],
    [0.69, [1, 3]],
    [0.71, [1, 3, 2]],
    [1, [1, 3, 2, 0]],
  ])('are as few as have a probability of %d together', (topP, expected) => {
    expect(candidates(SCORES, { ...ALL, topP }).map(({ choice }) => choice)).toEqual(expected);
  });

  it('are cut by both: p is a share of what k leaves', () => {
    expect(shares({ topK: 2, topP: 0.5 })).toEqual([[1, 1]]);
    expect(shares({ topK: 2, topP: 0.6 }).map(([choice]) => choice)).toEqual([1, 3]);
  });
});

it('a draw falls on the token whose stretch of [0, 1) has the number', () => {
  const list = candidates(SCORES, ALL);
  expect([0, 0.39, 0.41, 0.69, 0.71, 0.91, 0.9999999].map((number) => draw(list, number))).toEqual([
    1, 1, 3, 3, 2, 0, 0,
  ]);
});

it('large scores do not overflow', () => {
  expect(Array.from(logProbabilities([1e4, 1e4]))).toEqual(
    [-Math.LN2, -Math.LN2].map((x) => expect.closeTo(x, 12)),
  );
});

describe('the highest values', () => {
  const values = Float64Array.from({ length: 500 }, (_, at) => Math.floor(200 * uniform(1, 1, 1, at)));
  const sorted = Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);

  it.each([1, 2, 63, 499, 500])('are the first %d of all in their order', (count) => {
    expect(highest(values, count)).toEqual(sorted.slice(0, count));
  });

  it('that have a probability together are found among many tokens, too', () => {
    const scores = Array.from(values, (value) => value / 100);
    const all = candidates(scores, ALL);
    let together = 0;
    const expected = all.filter(({ probability }) => {
      const before = together;
      together += probability;
      return before < 0.8;
    });
    const cut = candidates(scores, { ...ALL, topP: 0.8 });
    expect(expected.length).toBeGreaterThan(128);
    expect(cut.map(({ choice }) => choice)).toEqual(expected.map(({ choice }) => choice));
    expect(cut.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  });
});
