import { describe, expect, it } from 'vitest';
import { targetOf } from '../../engine/backends/target.ts';
import { Builder, type Value } from '../../engine/ir/builder.ts';
import type { State } from '../../engine/ir/program.ts';
import { printProgram } from '../../engine/ir/print.ts';
import { verify } from '../../engine/ir/verify.ts';
import { add } from '../../engine/ops/add.ts';
import { fill } from '../../engine/ops/constant.ts';
import { matmul } from '../../engine/ops/matmul.ts';
import { mul } from '../../engine/ops/mul.ts';
import { opRecord } from '../../engine/ops/records.ts';
import { tanh } from '../../engine/ops/tanh.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import { device } from './device.ts';
import { checkOp } from './op-harness.ts';

/** A recurrence of two carries: h' = tanh(x_t + h·w + c), c' = c · h'; the output of a step is h' · 2. */
function recur(
  b: Builder,
  [h, c, x, w]: readonly Value[],
  reverse = false,
): { last: readonly Value[]; outputs: readonly Value[] } {
  const steps = x.type.shape[0];
  return b.scan(
    { first: [h, c], sequences: [x], constants: [w], steps, reverse },
    (step, { carries: [hidden, cell], slices: [slice], constants: [weight] }) => {
      const next = tanh(step, add(step, add(step, slice, matmul(step, hidden, weight)), cell));
      return { carries: [next, mul(step, cell, next)], outputs: [mul(step, next, 2)] };
    },
  );
}

const inputs = [{ shape: [2, 3] }, { shape: [2, 3] }, { shape: [5, 2, 3] }, { shape: [3, 3] }];

checkOp('scan', [
  { name: 'the outputs of all steps', inputs, build: (b, values) => recur(b, values).outputs[0] },
  { name: 'a carry after the last step', inputs, build: (b, values) => recur(b, values).last[0] },
  { name: 'the other carry', inputs, build: (b, values) => recur(b, values).last[1] },
  {
    name: 'from the last step to the first',
    inputs,
    build: (b, values) => recur(b, values, true).outputs[0],
  },
  {
    name: 'a recurrence over the outputs of another',
    inputs,
    build: (b, [h, c, x, w]) => {
      const [outputs] = recur(b, [h, c, x, w]).outputs;
      const { last } = recur(b, [h, c, tanh(b, outputs), w], true);
      return add(b, mul(b, last[0], c), h);
    },
  },
  {
    name: 'one step',
    inputs: [{ shape: [2, 3] }, { shape: [2, 3] }, { shape: [1, 2, 3] }, { shape: [3, 3] }],
    build: (b, values) => recur(b, values).outputs[0],
  },
  {
    name: 'a running sum',
    inputs: [{ shape: [3, 2], values: [1, 2, 3, 4, 5, 6] }],
    expected: [1, 2, 4, 6, 9, 12],
    build: (b, [x]) =>
      b.scan(
        { first: [fill(b, 0, [2])], sequences: [x], constants: [], steps: 3 },
        (step, { carries: [total], slices: [slice] }) => {
          const next = add(step, total, slice);
          return { carries: [next], outputs: [next] };
        },
      ).outputs[0],
  },
]);

describe('a recurrence', () => {
  const b = new Builder('main');
  const states = inputs.map(({ shape }, at) => ({ name: `x${at}`, type: { dtype: 'f32', shape } }) as const);
  b.output(
    'y',
    recur(
      b,
      states.map((state) => b.read(state)),
    ).outputs[0],
  );
  const program = b.finish();

  it('prints with its body', () => {
    expect(printProgram(program)).toContain('5 times:\n      %0: f32[2 × 3] = read carry.0');
  });

  it('is not sound where a step makes other carries than it takes', () => {
    const [instruction] = program.instructions;
    const body = { ...instruction.scan!.body, outputs: instruction.scan!.body.outputs.toReversed() };
    const wrong = { ...instruction.scan!, carries: 1, body };
    expect(() => verify(program, opRecord)).not.toThrow();
    expect(() => verify({ ...program, instructions: [{ ...instruction, scan: wrong }] }, opRecord)).toThrow(
      'not sound',
    );
  });

  it('shares memory with others in a row for what they hand to each other', async () => {
    const { device: info } = await device('the processor');
    const bytes = (count: number): number => {
      const states = [
        [8, 8],
        [8, 8],
        [50, 8, 8],
        [8, 8],
      ].map((shape, at): State => ({
        ...{ name: `x${at}`, type: { dtype: 'f32', shape } },
        ...{ role: 'memory', init: { kind: 'zeros' } },
      }));
      const row = new Builder('row');
      const [h, c, x, w] = states.map((state) => row.read(state));
      let sequence = x;
      for (let at = 0; at < count; at++) [sequence] = recur(row, [h, c, sequence, w]).outputs;
      row.output('y', sequence);
      const module = { states, programs: [row.finish()] };
      return compileModule(module, { target: targetOf(info) }).peakBytes;
    };
    // One more would take the 12.8 kB of its outputs.
    expect(bytes(8) - bytes(4)).toBeLessThan(12_800);
  });
});
