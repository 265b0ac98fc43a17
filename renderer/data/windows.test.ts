import { describe, expect, it } from 'vitest';
import { countWindows, describeWindow } from './windows.ts';

describe('windows in the wizard', () => {
  it('are said in words', () => {
    const columns = [
      { name: 'Month', kind: 'date', role: 'time' },
      { name: 'Heat', kind: 'number', role: 'input' },
      { name: 'Sold', kind: 'number', role: 'target' },
    ] as const;
    expect(describeWindow(columns, { length: 12, horizon: 1, stride: 1 }, [])).toBe(
      'Each row: 12 steps of Heat, Sold, and the next step of Sold to predict.',
    );
    expect(describeWindow(columns.slice(0, 2), { length: 1, horizon: 3, stride: 1 }, [])).toBe(
      'Each row: 1 step of Heat, and the next 3 steps of no target yet to predict.',
    );
    expect(describeWindow(columns, { length: 12, horizon: 2, stride: 1 }, ['Month', 'Heat'])).toBe(
      'Each row: 12 steps of Month, Heat, Sold, the next 2 steps of Month, Heat, which are known, and the next 2 steps of Sold to predict.',
    );
  });

  it('are counted as the import counts them', () => {
    // 100, 22 and 22 of 144 rows, as the airline passengers have them.
    const shares = { validation: 0.15, test: 0.15 };
    expect(countWindows(144, shares, { length: 12, horizon: 1, stride: 1 })).toBe(88 + 10 + 10);
    expect(countWindows(144, shares, { length: 12, horizon: 1, stride: 5 })).toBe(18 + 2 + 2);
    expect(countWindows(20, shares, { length: 12, horizon: 1, stride: 1 })).toBe(2);
  });
});
