import { describe, expect, it } from 'vitest';
import { uniform } from '../core/random.ts';
import { planMemory, type Lifetime } from './memory.ts';

/** Random lifetimes of a few programs, some pinned; the same for the same seed. */
function lifetimes(seed: number): Lifetime[] {
  const draw = (stream: number, index: number, below: number): number =>
    Math.floor(uniform(seed, stream, 0, index) * below);
  return Array.from({ length: 60 }, (_, index) => {
    const from = draw(1, index, 40);
    return {
      key: `value ${index}`,
      label: `kernel ${index}`,
      bytes: 4 * (1 + draw(2, index, 1000)),
      pinned: draw(3, index, 10) === 0,
      program: `program ${draw(4, index, 3)}`,
      from,
      to: from + draw(5, index, 12),
    };
  });
}

describe('memory plan', () => {
  it('never gives two values that live at the same time one buffer, nor a value a smaller one', () => {
    for (let seed = 0; seed < 200; seed++) {
      const all = lifetimes(seed);
      const { buffers, bufferOf } = planMemory(all);
      for (const a of all) {
        expect(buffers[bufferOf.get(a.key)!].bytes).toBeGreaterThanOrEqual(a.bytes);
        for (const b of all) {
          if (a === b || bufferOf.get(a.key) !== bufferOf.get(b.key)) continue;
          expect(a.pinned || b.pinned, `${a.key} and ${b.key} of seed ${seed}`).toBe(false);
          expect(a.program !== b.program || a.to < b.from || b.to < a.from).toBe(true);
        }
      }
    }
  });

  it('reuses buffers: a chain needs two, and programs share them', () => {
    const chain = (program: string): Lifetime[] =>
      Array.from({ length: 10 }, (_, step) => ({
        key: `${program} ${step}`,
        label: 'link',
        bytes: 100,
        pinned: false,
        program,
        from: step,
        to: step + 1,
      }));
    expect(planMemory([...chain('train'), ...chain('evaluate')]).buffers).toHaveLength(2);
  });
});
