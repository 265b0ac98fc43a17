import { describe, expect, it } from 'vitest';
import { atOnce, inTurns, type Turns } from './turns.ts';

function* counting(to: number): Turns<number> {
  let count = 0;
  while (count < to) {
    count++;
    yield;
  }
  return count;
}

describe('work in turns', () => {
  it('has the same result with breaks and without', async () => {
    expect(atOnce(counting(1000))).toBe(1000);
    expect(await inTurns(counting(1000))).toBe(1000);
  });

  it('lets timers fire, and ends with what is thrown between two turns', async () => {
    let stopping = false;
    setTimeout(() => (stopping = true), 1);
    const endless = inTurns(counting(Infinity), () => {
      if (stopping) throw new Error('not wanted any more');
    });
    await expect(endless).rejects.toThrow('not wanted any more');
  });
});
