import { describe, expect, it } from 'vitest';
import { add } from '../ops/add.ts';
import { matmul } from '../ops/matmul.ts';
import { opRecord } from '../ops/records.ts';
import { Builder } from './builder.ts';
import type { Program, State } from './program.ts';
import { verify } from './verify.ts';

const states: readonly State[] = [
  { name: 'x', type: { dtype: 'f32', shape: [2, 3] }, role: 'data', init: { kind: 'upload' } },
  { name: 'w', type: { dtype: 'f32', shape: [3, 4] }, role: 'parameter', init: { kind: 'zeros' } },
];

/** %0 = x, %1 = w, %2 = x · w, %3 = %2 + %2 */
function sound(): Program {
  const b = new Builder('test');
  const product = matmul(b, b.read(states[0]), b.read(states[1]));
  b.output('y', add(b, product, product));
  b.write(states[1], b.read(states[1]));
  return b.finish();
}

function problem(broken: Program): string {
  try {
    verify(broken, opRecord, states);
  } catch (error) {
    expect(error).toMatchObject({ code: 'IR_INVALID' });
    return (error as Error).message;
  }
  return 'sound';
}

describe('the verifier', () => {
  const program = sound();
  const [product, sum] = program.instructions;

  it('accepts a sound program', () => {
    expect(problem(program)).toBe('sound');
  });

  it.each<[string, Partial<Program>, string]>([
    ['a use before the definition', { instructions: [sum, product] }, '%2 is used before it is defined'],
    ['a second definition', { instructions: [product, sum, product] }, '%2 is defined twice'],
    [
      'an instruction that defines a state',
      { instructions: [product, { ...sum, results: [1] }] },
      '%1 is f32[3 × 4], not f32[2 × 4]',
    ],
    [
      'a type that is not what the op infers',
      { values: program.values.with(3, { dtype: 'f32', shape: [8] }) },
      '%3 is f32[8], not f32[2 × 4]',
    ],
    ['an output that is never defined', { outputs: [{ name: 'y', value: 9 }] }, '%9 is never defined'],
    ['two outputs of a name', { outputs: [...program.outputs, ...program.outputs] }, '"y" is output twice'],
    ['two writes of a state', { writes: [...program.writes, ...program.writes] }, '"w" is written twice'],
    ['an unknown state', { writes: [{ state: 'v', value: 1 }] }, 'there is no state "v"'],
    [
      'a write of another type',
      { writes: [{ state: 'w', value: 0 }] },
      '"w" is f32[3 × 4], but %0 is f32[2 × 3]',
    ],
  ])('finds %s', (_, broken, message) => {
    expect(problem({ ...program, ...broken })).toContain(message);
  });
});
