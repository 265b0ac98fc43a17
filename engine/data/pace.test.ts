import { describe, expect, it } from 'vitest';
import type { JobProgress } from '../core/import.ts';
import { paced } from './pace.ts';

describe('progress of reading', () => {
  it('is told ten times a second, with the rate and what is left once they are known', () => {
    const told: Omit<JobProgress, 'jobId'>[] = [];
    let time = 0;
    const tell = paced(
      (progress) => told.push(progress),
      4_000_000,
      () => time,
    );
    for (; time <= 2000; time += 10) tell({ stage: 'Reading rows', done: time, total: 8000 });
    expect(told).toHaveLength(21);
    expect(told[0]).toEqual({ stage: 'Reading rows', done: 0, total: 8000 });
    expect(told.at(-1)).toEqual({
      stage: 'Reading rows',
      done: 2000,
      total: 8000,
      secondsLeft: 6,
      bytesPerSecond: 500_000,
    });
  });
});
