import { checkOp } from '../../tests/conformance/op-harness.ts';
import { expect, it } from 'vitest';
import { uniform } from '../core/random.ts';
import { random } from './random.ts';

checkOp('random', [
  {
    name: 'the hash of core/random.ts, bit by bit',
    inputs: [
      { shape: [], dtype: 'u32', values: [42] },
      { shape: [], dtype: 'u32', values: [1_000_003] },
    ],
    build: (b, [seed, step]) => random(b, seed, step, 0xdeadbeef, [5, 13]),
    expected: Array.from({ length: 65 }, (_, at) => uniform(42, 0xdeadbeef, 1_000_003, at)),
    tolerance: 0,
  },
]);

it('is uniform: mean and variance of 100,000 numbers', () => {
  const numbers = Array.from({ length: 100_000 }, (_, at) => uniform(1, 2, 3, at));
  const mean = numbers.reduce((total, value) => total + value, 0) / numbers.length;
  const variance = numbers.reduce((total, value) => total + (value - mean) ** 2, 0) / numbers.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
});
