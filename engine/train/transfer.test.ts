import { describe, expect, it } from 'vitest';
import type { Shape } from '../core/shape.ts';
import type { State, StateRole } from '../ir/program.ts';
import { encodeCheckpoint, readCheckpoint, type CheckpointFile } from './checkpoints.ts';
import { averageState, BEST_STEP, bestState, STEP } from './states.ts';
import { measuredWeights, takeWeights } from './transfer.ts';

const weight = (name: string, shape: Shape, role: StateRole = 'parameter'): State => ({
  name,
  role,
  type: { dtype: 'f32', shape },
  init: { kind: 'zeros' },
});

const kernel = weight('block-1/2/dense.kernel', [2]);
const mean = weight('norm.running-mean', [1], 'statistic');

/** A checkpoint whose kernel is [1, 2], with what is kept beside it. */
async function checkpoint(bestStep: number, ...kept: readonly State[]): Promise<CheckpointFile> {
  const states = [kernel, mean, STEP, BEST_STEP, ...kept];
  const values = {
    [kernel.name]: Float32Array.of(1, 2),
    [averageState(kernel).name]: Float32Array.of(3, 4),
    [bestState(kernel).name]: Float32Array.of(5, 6),
    [mean.name]: Float32Array.of(7),
    [STEP.name]: Uint32Array.of(9),
    [BEST_STEP.name]: Uint32Array.of(bestStep),
  };
  return readCheckpoint(await encodeCheckpoint({ step: 9, epoch: 1, conditions: {}, values }, states));
}

describe('the weights of a checkpoint', () => {
  it.each([
    ['the latest', [1, 2], 0, []],
    ['the running mean', [3, 4], 0, [averageState(kernel)]],
    ['the best', [5, 6], 4, [averageState(kernel), bestState(kernel)]],
    ['the running mean, before the first validation', [3, 4], 0, [averageState(kernel), bestState(kernel)]],
  ])('are %s', async (_, expected, bestStep, kept) => {
    const weights = measuredWeights(await checkpoint(bestStep, ...kept));
    expect([...weights.keys()]).toEqual([kernel.name, mean.name]);
    expect(Array.from(weights.get(kernel.name)!.data)).toEqual(expected);
  });

  it('go where name and shape fit, and it is said why the others do not', async () => {
    const source = measuredWeights(await checkpoint(0));
    const wide = { ...mean, type: { dtype: 'f32', shape: [3] } } as const;
    const { values, taken, left } = takeWeights([kernel, wide, weight('new.bias', [2])], source, 'abc');
    expect(taken).toEqual([kernel.name]);
    expect(values).toEqual({ [kernel.name]: Float32Array.of(1, 2) });
    expect(left).toEqual([
      { name: mean.name, reason: 'it is 1 there and 3 here' },
      { name: 'new.bias', reason: 'there is nothing by that name' },
    ]);
  });

  it('are an error where none fits, which names those there are', async () => {
    const source = measuredWeights(await checkpoint(0));
    expect(() => takeWeights([weight('dense.kernel', [2]), mean], source, 'abc')).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          code: 'INITIAL_NOTHING',
          where: 'run abc',
          got: 'block-1/2/dense.kernel, norm.running-mean',
          expected: 'dense.kernel 2, norm.running-mean 1',
        }) as unknown,
      }) as Error,
    );
  });
});
