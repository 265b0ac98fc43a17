import { describe, expect, it } from 'vitest';
import { uniform } from '../core/random.ts';
import { size } from '../core/shape.ts';
import { affineOf, flatIndex, keyOf, sameAffine } from './affine.ts';
import { add, axis, constant, div, min, mod, mul, rangeOf } from './arithmetic.ts';
import type { Expression } from './expression.ts';
import { LANE, ravel, unravel } from './rewrite.ts';
import { whole } from './scalar.ts';

type Axis = Extract<Expression, { kind: 'axis' }>;

const OPERATORS: Readonly<Record<string, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  mul: (x, y) => x * y || 0,
  min: Math.min,
  div: (x, y) => Math.trunc(x / y) || 0,
  mod: (x, y) => x % y || 0,
};

function valueOf(expression: Expression, axes: ReadonlyMap<string, number>): number {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'axis':
      return axes.get(expression.name)!;
    case 'call': {
      const [x, y] = expression.arguments.map((argument) => valueOf(argument, axes));
      return OPERATORS[expression.name](x, y);
    }
    default:
      throw new Error(`An index is not made of a ${expression.kind}.`);
  }
}

/** Every assignment of the axes. */
function everywhere(axes: readonly Axis[], use: (at: ReadonlyMap<string, number>) => void): void {
  const count = size(axes.map(({ extent }) => extent));
  for (let flat = 0; flat < count; flat++) {
    let rest = flat;
    use(
      new Map(
        axes.map(({ name, extent }) => {
          const value = rest % extent;
          rest = Math.floor(rest / extent);
          return [name, value];
        }),
      ),
    );
  }
}

/** A random index: what the constructors make of it, and what it means without any simplification. */
function randomIndex(
  pick: (below: number) => number,
  axes: readonly Axis[],
  depth: number,
): { made: Expression; meaning: (at: ReadonlyMap<string, number>) => number } {
  if (depth === 0 || pick(6) === 0) {
    const { name } = axes[pick(axes.length)];
    const made = pick(4) === 0 ? whole(pick(9) - 3) : axes.find((one) => one.name === name)!;
    return { made, meaning: (at) => valueOf(made, at) };
  }
  const name = ['add', 'mul', 'div', 'mod', 'min'][pick(5)];
  const a = randomIndex(pick, axes, depth - 1);
  const factor = 1 + pick(8);
  const b =
    name === 'add' || name === 'min'
      ? randomIndex(pick, axes, depth - 1)
      : { made: whole(factor), meaning: () => factor };
  const make = { add, mul, div, mod, min }[name]!;
  return { made: make(a.made, b.made), meaning: (at) => OPERATORS[name](a.meaning(at), b.meaning(at)) };
}

describe('index arithmetic', () => {
  const [x, y] = [axis('x', 3), axis('y', 4)];

  it('drops the divisions that ranges decide', () => {
    const flat = add(mul(x, whole(4)), y);
    expect(div(flat, whole(4))).toBe(x);
    expect(mod(flat, whole(4))).toBe(y);
    expect(min(x, whole(2))).toBe(x);
  });

  it('joins two divisions', () => {
    expect(keyOf(div(div(axis('z', 100), whole(3)), whole(5)))).toBe(keyOf(div(axis('z', 100), whole(15))));
  });

  it('divides nothing that may be negative otherwise than it stands', () => {
    const shifted = add(x, whole(-2));
    expect(div(shifted, whole(2))).toMatchObject({ kind: 'call', name: 'div' });
  });

  it('means the same and stays in its range after simplification, for 500 random indices', () => {
    const axes = [x, y, axis('z', 5)];
    for (let sample = 0; sample < 500; sample++) {
      let draws = 0;
      const pick = (below: number): number => Math.floor(uniform(3, sample, 0, draws++) * below);
      const { made, meaning } = randomIndex(pick, axes, 5);
      const range = rangeOf(made);
      everywhere(axes, (at) => {
        const value = valueOf(made, at);
        expect(value, keyOf(made)).toBe(meaning(at));
        expect(value >= range.min && value <= range.max, `${keyOf(made)} at ${value}`).toBe(true);
        const { constant: start, terms } = affineOf(made);
        const sum = terms.reduce(
          (total, { term, coefficient }) => total + coefficient * valueOf(term, at),
          start,
        );
        expect(sum, keyOf(made)).toBe(value);
      });
    }
  });
});

describe('row-major positions', () => {
  const shapes = [[7], [2, 6], [3, 4, 5], [4, 3, 2], [2, 3, 3, 2], [1, 2, 2, 1, 3, 2], [6, 1, 10]];

  it.each(shapes.map((shape) => ({ shape })))(
    'unravelled over $shape and joined are themselves',
    ({ shape }) => {
      const t = axis('t', size(shape));
      const position = flatIndex(unravel(t, shape), shape);
      expect(sameAffine(position, affineOf(t))).toBe(true);
    },
  );

  it.each(shapes.slice(1).map((shape) => ({ shape })))('so are four neighbours in $shape', ({ shape }) => {
    const flat = add(mul(axis('t', size(shape) / 4), whole(4)), LANE);
    expect(sameAffine(flatIndex(unravel(flat, shape), shape), affineOf(flat))).toBe(true);
  });

  it('of one shape are indices of another', () => {
    const from = [axis('a', 6), axis('b', 4)];
    const to = unravel(ravel(from, [6, 4]), [2, 3, 2, 2]);
    everywhere(from, (at) => {
      const flat = at.get('a')! * 4 + at.get('b')!;
      expect(to.map((index) => valueOf(index, at))).toEqual([
        Math.floor(flat / 12),
        Math.floor(flat / 4) % 3,
        Math.floor(flat / 2) % 2,
        flat % 2,
      ]);
    });
  });

  it('ignore axes of extent 1', () => {
    const z = axis('z', 5);
    expect(flatIndex([constant('i32', 0), z], [1, 5])).toEqual({
      constant: 0,
      terms: [{ term: z, coefficient: 1 }],
    });
  });
});
