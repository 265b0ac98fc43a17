import type { Builder, Value } from '../ir/builder.ts';
import { fill } from './constant.ts';
import { concat } from './concat.ts';

/** f32[n] of given numbers. Equal neighbours share one constant, so that a row of equal numbers costs nothing. */
export function fromArray(b: Builder, numbers: readonly number[]): Value {
  const runs: { value: number; length: number }[] = [];
  for (const value of numbers) {
    const last = runs.at(-1);
    if (last?.value === value) last.length++;
    else runs.push({ value, length: 1 });
  }
  return concat(
    b,
    runs.map(({ value, length }) => fill(b, value, [length])),
    0,
  );
}
