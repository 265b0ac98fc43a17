import { expect, it } from 'vitest';
import { ndarray } from '../../core/ndarray.ts';
import { Builder } from '../../ir/builder.ts';
import type { State } from '../../ir/program.ts';
import { add } from '../../ops/add.ts';
import { mul } from '../../ops/mul.ts';
import { interpret } from './interpret.ts';

const state = (name: string): State => ({
  name,
  type: { dtype: 'f32', shape: [2] },
  role: 'parameter',
  init: { kind: 'zeros' },
});

it('reads states as they were before, and returns what is written and output', () => {
  const b = new Builder('test');
  const [x, y] = [b.read(state('x')), b.read(state('y'))];
  b.write(state('x'), y);
  b.write(state('y'), add(b, x, y));
  b.output('product', mul(b, x, y));
  const { writes, outputs } = interpret(
    b.finish(),
    new Map([
      ['x', ndarray('f32', [2], [1, 2])],
      ['y', ndarray('f32', [2], [10, 20])],
    ]),
  );
  expect([...writes].map(([name, { data }]) => [name, ...data])).toEqual([
    ['x', 10, 20],
    ['y', 11, 22],
  ]);
  expect([...outputs.get('product')!.data]).toEqual([10, 40]);
});

it('computes in float64: nothing is rounded to float32', () => {
  const b = new Builder('test');
  b.output('y', mul(b, b.read(state('x')), b.read(state('x'))));
  const { outputs } = interpret(b.finish(), new Map([['x', ndarray('f32', [2], [0.1, 1 / 3])]]));
  expect([...outputs.get('y')!.data]).toEqual([0.1 * 0.1, (1 / 3) * (1 / 3)]);
});

it('says which state has no value', () => {
  const b = new Builder('test');
  b.output('y', b.read(state('x')));
  expect(() => interpret(b.finish(), new Map())).toThrowError(
    expect.objectContaining({ code: 'STATE_MISSING', message: 'The state "x" has no value.\n  where: test' }),
  );
});
