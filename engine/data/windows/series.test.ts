import { describe, expect, it } from 'vitest';
import { SPLITS } from '../../core/dataset.ts';
import { seriesOf, windowsIn } from './series.ts';

const split = { validation: 0.2, test: 0.2 };

describe('the parts of a series', () => {
  // Three series of different beginnings, with gaps and in no order.
  const rows = Array.from({ length: 300 }, (_, at) => ({
    group: at % 3,
    time: 7 * at + (at % 3) * 50 + (at % 11),
  }));
  const shuffled = rows.map((_, at) => rows[(at * 77) % 300]);
  const times = Float64Array.from(shuffled, ({ time }) => time);
  const groups = Int32Array.from(shuffled, ({ group }) => group);

  it.each([
    [4, 1, 1],
    [10, 5, 3],
  ])('share no steps: windows of %i, then %i, each %i', (length, horizon, stride) => {
    const series = seriesOf({ times, groups, given: null }, split);
    const starts = windowsIn(series, { time: 'when', length, horizon, stride }, () => false);
    expect(starts.map((own) => own.length > 0)).toEqual([true, true, true]);
    const steps = starts.map((own) =>
      own.flatMap((start) => Array.from(series.order.slice(start, start + length + horizon))),
    );
    const [train, validation, test] = steps.map((own) => new Set(own));
    // No part sees a step that another one predicts, or predicts one that another sees.
    expect(
      train.isDisjointFrom(validation) && train.isDisjointFrom(test) && validation.isDisjointFrom(test),
    ).toBe(true);
    // Training is over when validation begins, and that before the test, in all groups.
    const [first, last] = [Math.min, Math.max].map((of) =>
      steps.map((own) => of(...own.map((row) => times[row]))),
    );
    expect(last[0]).toBeLessThan(first[1]);
    expect(last[1]).toBeLessThan(first[2]);
    for (const start of starts.flat())
      expect(
        new Set(Array.from(series.order.slice(start, start + length + horizon), (row) => groups[row])).size,
      ).toBe(1);
  });

  it('are those of the source where it names them', () => {
    const given = Uint8Array.from(times, (_, row) => SPLITS.indexOf(row < 200 ? 'train' : 'test'));
    const { order, parts } = seriesOf({ times, groups, given }, split);
    const counts = SPLITS.map((_, part) => parts.filter((own) => own === part).length);
    expect(counts).toEqual([160, 40, 100]);
    order.forEach((row, place) => expect(SPLITS[parts[place]] === 'test').toBe(row >= 200));
  });
});
