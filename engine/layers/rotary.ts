import type { Builder, Value } from '../ir/builder.ts';
import { add } from '../ops/add.ts';
import { concat } from '../ops/concat.ts';
import { gather } from '../ops/gather.ts';
import { mul } from '../ops/mul.ts';
import { slice } from '../ops/slice.ts';
import { sub } from '../ops/sub.ts';
import type { Weight } from './layer.ts';

/** Rotary positions (Su et al., arXiv 2104.09864, 2021): positions turn pairs of numbers, each pair at its own speed. */

/** Sines and cosines of the angles, [length, width / 2]. Kept with the weights: float64 knows them better than a device. */
export function rotations(length: number, width: number): Weight[] {
  const pairs = width / 2;
  const table = (name: string, wave: (angle: number) => number): Weight => ({
    name,
    shape: [length, pairs],
    init: {
      kind: 'values',
      values: Array.from({ length: length * pairs }, (_, at) =>
        wave(Math.floor(at / pairs) / 10_000 ** ((at % pairs) / pairs)),
      ),
    },
    role: 'statistic',
    decay: false,
  });
  return [table('rotation-sine', Math.sin), table('rotation-cosine', Math.cos)];
}

/** Sines and cosines of some positions, [positions, width / 2] or, of one, [width / 2]. */
type Angles = readonly [sine: Value, cosine: Value];
type Weights = (name: string) => Value;

const tables = (weight: Weights): Angles => [weight('rotation-sine'), weight('rotation-cosine')];

/** The angles of the first positions. */
export function anglesOf(b: Builder, weight: Weights, length: number): Angles {
  const [sine, cosine] = tables(weight).map((table) =>
    slice(b, table, [0, 0], [length, table.type.shape[1]]),
  );
  return [sine, cosine];
}

/** The angles of one position, i32 scalar. */
export function anglesAt(b: Builder, weight: Weights, position: Value): Angles {
  const [sine, cosine] = tables(weight).map((table) => gather(b, table, position));
  return [sine, cosine];
}

/** Turns each pair (i, i + width / 2) of the last axis by the angle of its position, the last axis but one. */
export function rotate(b: Builder, x: Value, [sine, cosine]: Angles): Value {
  const { shape } = x.type;
  const pairs = shape[shape.length - 1] / 2;
  const part = (from: number) =>
    slice(
      b,
      x,
      shape.map((_, axis) => (axis === shape.length - 1 ? from : 0)),
      shape.map((extent, axis) => (axis === shape.length - 1 ? from + pairs : extent)),
    );
  const [first, second] = [part(0), part(pairs)];
  const turned = [
    sub(b, mul(b, first, cosine), mul(b, second, sine)),
    add(b, mul(b, second, cosine), mul(b, first, sine)),
  ];
  return concat(b, turned, shape.length - 1);
}
