import { expect, it } from 'vitest';
import { add } from '../ops/add.ts';
import { Builder } from './builder.ts';
import type { State } from './program.ts';

const state = (name: string, shape: readonly number[]): State => ({
  name,
  type: { dtype: 'f32', shape },
  role: 'parameter',
  init: { kind: 'zeros' },
});

it('reads a state once, however often it is asked for', () => {
  const b = new Builder('test');
  expect(b.read(state('x', [2]))).toBe(b.read(state('x', [2])));
  expect(b.finish().reads).toEqual([{ state: 'x', value: 0 }]);
});

it('infers the type of each result and marks instructions with their graph node', () => {
  const b = new Builder('test');
  const x = b.read(state('x', [3, 2]));
  b.origin = 'dense-1';
  const y = add(b, x, b.read(state('row', [2])));
  b.origin = undefined;
  add(b, y, y);
  const { instructions } = b.finish();
  expect(y.type).toEqual({ dtype: 'f32', shape: [3, 2] });
  expect(instructions.map(({ op, origin }) => [op, origin])).toEqual([
    ['broadcast', 'dense-1'],
    ['add', 'dense-1'],
    ['add', undefined],
  ]);
});

it('refuses operands that do not fit, with what it got', () => {
  const b = new Builder('test');
  const [x, y] = [b.read(state('x', [3])), b.read(state('y', [4]))];
  expect(() => add(b, x, y)).toThrowError(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'OP_TYPE', got: '[3] and [4]' }) }),
  );
});

it('refuses a second write of a state', () => {
  const b = new Builder('test');
  const x = b.read(state('x', [3]));
  b.write(state('x', [3]), add(b, x, 1));
  expect(() => b.write(state('x', [3]), x)).toThrowError(
    expect.objectContaining({ code: 'IR_STATE_WRITTEN_TWICE' }),
  );
});
