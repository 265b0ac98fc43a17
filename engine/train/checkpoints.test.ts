import { describe, expect, it } from 'vitest';
import type { State } from '../ir/program.ts';
import { decodeCheckpoint, encodeCheckpoint, savedStates } from './checkpoints.ts';

const state = (
  name: string,
  role: State['role'],
  shape: readonly number[],
  dtype: 'f32' | 'u32' = 'f32',
): State => ({
  name,
  role,
  type: { dtype, shape },
  init: { kind: 'zeros' },
});

const states = [
  state('dense.kernel', 'parameter', [2, 3]),
  state('norm.mean', 'statistic', [2]),
  state('dense.kernel.momentum', 'optimizer', [2, 3]),
  state('step', 'counter', [], 'u32'),
  state('data.train.x', 'data', [100, 2]),
  state('metric.loss', 'metric', []),
];

const checkpoint = {
  step: 1234,
  epoch: 5,
  conditions: { seed: '42', 'data set': 'abc' },
  values: {
    'dense.kernel': Float32Array.of(1, 2, 3, 4, 5, 6),
    'norm.mean': Float32Array.of(-1, Math.PI),
    'dense.kernel.momentum': Float32Array.of(0, 0.1, 0.2, 0.3, 0.4, 0.5),
    step: Uint32Array.of(1234),
  },
};

const decode = (file: Uint8Array, of = states, conditions: Record<string, string> = checkpoint.conditions) =>
  decodeCheckpoint(file, of, conditions);

describe('checkpoints', () => {
  it('holds what training changes and nothing else', () => {
    expect(savedStates(states).map(({ name }) => name)).toEqual(Object.keys(checkpoint.values));
  });

  it('gives back what was written, bit by bit', async () => {
    expect(await decode(await encodeCheckpoint(checkpoint, states))).toEqual(checkpoint);
  });

  it('notices one changed bit', async () => {
    const file = await encodeCheckpoint(checkpoint, states);
    file[file.length - 9] ^= 1;
    await expect(decode(file)).rejects.toMatchObject({ code: 'CHECKPOINT_CORRUPT' });
  });

  it('notices a file that ends too early', async () => {
    const file = await encodeCheckpoint(checkpoint, states);
    await expect(decode(file.slice(0, -4))).rejects.toMatchObject({ code: 'CHECKPOINT_CORRUPT' });
  });

  it('names the condition that differs', async () => {
    const file = await encodeCheckpoint(checkpoint, states);
    await expect(decode(file, states, { seed: '43' })).rejects.toMatchObject({
      problem: { code: 'CHECKPOINT_MISMATCH', where: 'seed', got: '42', expected: '43' },
    });
  });

  it('names the tensor that differs', async () => {
    const file = await encodeCheckpoint(checkpoint, states);
    const wider = [state('dense.kernel', 'parameter', [2, 4]), ...states.slice(1)];
    await expect(decode(file, wider)).rejects.toMatchObject({
      problem: {
        code: 'CHECKPOINT_MISMATCH',
        where: 'tensor "dense.kernel"',
        got: '2 × 3',
        expected: '2 × 4',
      },
    });
    await expect(decode(file, states.slice(1))).rejects.toMatchObject({
      problem: { code: 'CHECKPOINT_MISMATCH', where: 'tensor "dense.kernel"' },
    });
  });
});
