import { describe, expect, it } from 'vitest';
import { ndarray } from '../core/ndarray.ts';
import { interpret } from '../backends/reference/interpret.ts';
import { Builder, type Value } from '../ir/builder.ts';
import type { State } from '../ir/program.ts';
import { verify } from '../ir/verify.ts';
import { add } from '../ops/add.ts';
import { exp } from '../ops/exp.ts';
import { matmul } from '../ops/matmul.ts';
import { mul } from '../ops/mul.ts';
import { opRecord } from '../ops/records.ts';
import { sum } from '../ops/reduce-sum.ts';
import { stopGradient } from '../ops/stop-gradient.ts';
import { tanh } from '../ops/tanh.ts';
import { differentiate } from './differentiate.ts';

const scalar = (name: string): State => ({
  name,
  type: { dtype: 'f32', shape: [] },
  role: 'parameter',
  init: { kind: 'zeros' },
});

/** Derivatives of a scalar function of scalars at a point. */
function derivatives(at: readonly number[], f: (b: Builder, x: readonly Value[]) => Value): number[] {
  const b = new Builder('test');
  const states = at.map((_, input) => scalar(`x${input}`));
  const inputs = states.map((state) => b.read(state));
  differentiate(b, f(b, inputs), inputs).forEach((gradient, input) => b.output(`d${input}`, gradient));
  const program = b.finish();
  verify(program, opRecord, states);
  const { outputs } = interpret(
    program,
    new Map(at.map((value, input) => [`x${input}`, ndarray('f32', [], [value])])),
  );
  return at.map((_, input) => outputs.get(`d${input}`)!.data[0]);
}

describe('differentiation', () => {
  it('adds up what flows back from several uses: d(x·x·y + x)', () => {
    expect(derivatives([3, 5], (b, [x, y]) => add(b, mul(b, mul(b, x, x), y), x))).toEqual([31, 9]);
  });

  it('gives zeros for a value that the loss does not depend on', () => {
    expect(derivatives([3, 5], (b, [x]) => mul(b, x, 2))).toEqual([2, 0]);
  });

  it('is 1 for the loss itself', () => {
    expect(derivatives([3], (_, [x]) => x)).toEqual([1]);
  });

  it('stops where it is told to: d(x · stop(x²))', () => {
    expect(derivatives([3], (b, [x]) => mul(b, x, stopGradient(b, mul(b, x, x))))).toEqual([9]);
  });

  it('can be applied to its own result: d²(x·x·x) = 6x', () => {
    const second = derivatives([3], (b, [x]) => differentiate(b, mul(b, mul(b, x, x), x), [x])[0]);
    expect(second).toEqual([18]);
  });

  it('differentiates by a value in the middle of a program', () => {
    const b = new Builder('test');
    const x = b.read(scalar('x'));
    const middle = mul(b, x, 2);
    b.output('d', differentiate(b, mul(b, middle, middle), [middle])[0]);
    const { outputs } = interpret(b.finish(), new Map([['x', ndarray('f32', [], [3])]]));
    expect(outputs.get('d')!.data[0]).toBe(12);
  });

  it('writes nothing for what needs no gradient, and gives the rest its graph node', () => {
    const matrix = (name: string): State => ({ ...scalar(name), type: { dtype: 'f32', shape: [4, 4] } });
    const b = new Builder('test');
    const [x, w] = [b.read(matrix('x')), b.read(matrix('w'))];
    b.origin = 'before';
    const features = tanh(b, exp(b, x));
    b.origin = 'dense-1';
    const loss = sum(b, matmul(b, features, w));
    b.origin = 'after';
    const forward = b.instructions.length;
    differentiate(b, loss, [w]);
    expect(b.origin).toBe('after');
    const backward = b.instructions.slice(forward);
    expect(backward.filter(({ op }) => op === 'matmul')).toHaveLength(1);
    expect(backward.filter(({ origin }) => origin === 'before')).toEqual([]);
    expect(backward.find(({ op }) => op === 'matmul')).toMatchObject({ origin: 'dense-1' });
  });

  it('refuses a loss that is no scalar', () => {
    const b = new Builder('test');
    const x = b.read({ ...scalar('x'), type: { dtype: 'f32', shape: [2] } });
    expect(() => differentiate(b, x, [x])).toThrowError(
      expect.objectContaining({ code: 'GRADIENT_NOT_SCALAR' }),
    );
  });
});
