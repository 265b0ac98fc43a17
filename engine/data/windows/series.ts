import { SPLITS, type Step } from '../../core/dataset.ts';
import type { SplitChoice, WindowChoice } from '../../core/import.ts';
import { OPEN, sharesOf, TEST, TRAIN, VALIDATION } from '../splits/split.ts';
import { divideByTime } from '../splits/time.ts';
import { stepOf, stepsBetween, type UsualStep } from './steps.ts';

/**
 * Rows of a table in the order of a series, and the part that each belongs to.
 *
 * The series is cut in time: the last rows are for the test, those before them for validation. Every row belongs to one part, in all
 * groups at the same instant, and a window lies in one part as a whole. So no window of one part holds anything that one of another part
 * is to predict, and the training part ends before the others begin.
 */
export interface Series {
  /** Rows of the table: group after group, each in the order of time. */
  readonly order: Int32Array;
  /** The place of each row in this order, −1 where it is left out. */
  readonly places: Int32Array;
  /** For each place the index of its part in SPLITS. */
  readonly parts: Uint8Array;
  /** Places at which groups begin, and the end of the last. */
  readonly bounds: readonly number[];
  /** The same of what windows keep to: groups, cut at gaps that are too wide. */
  readonly stretches: readonly number[];
  /** Rows that are left out: their group has another one at the same time. */
  readonly repeated: readonly number[];
  /** True where the rows of the table were in this order already. */
  readonly sorted: boolean;
  readonly step: UsualStep | undefined;
  /** Neighbours that are not one step apart. */
  readonly gaps: number;
}

export interface SeriesRows {
  readonly times: Float64Array;
  /** Number of the group of each row, where there are groups. */
  readonly groups: Int32Array | null;
  /** The part of each row where the source names parts, `OPEN` where it does not for a row. */
  readonly given: Uint8Array | null;
  /** Steps that may be missing within a window; any number where absent. */
  readonly maxGap?: number;
  /** The step of the series, where it is known before. */
  readonly every?: Step;
}

export function seriesOf(rows: SeriesRows, split: SplitChoice): Series {
  const { times, groups } = rows;
  const groupOf = (row: number): number => groups?.[row] ?? 0;
  const all = Int32Array.from(times, (_, row) => row).sort(
    (a, b) => groupOf(a) - groupOf(b) || times[a] - times[b] || a - b,
  );
  const isRepeat = (row: number, at: number): boolean =>
    at > 0 && groupOf(all[at - 1]) === groupOf(row) && times[all[at - 1]] === times[row];
  const repeated = [...all.filter(isRepeat)];
  const order = all.filter((row, at) => !isRepeat(row, at));
  const places = new Int32Array(times.length).fill(-1);
  order.forEach((row, place) => (places[row] = place));
  const bounds = [...order.keys()].filter((at) => at === 0 || groupOf(order[at]) !== groupOf(order[at - 1]));
  bounds.push(order.length);
  const parts = partsOf(places, rows, split);
  const ordered = Float64Array.from(order, (row) => times[row]);
  const step = stepOf(longest(ordered, bounds));
  const { maxGap = Infinity, every = step } = rows;
  return {
    order,
    places,
    parts: Uint8Array.from(order, (row) => parts[row]),
    bounds,
    stretches: every ? stretchesIn(ordered, bounds, every, maxGap) : bounds,
    repeated,
    sorted: order.every(
      (row, at) => at === 0 || groupOf(order[at - 1]) !== groupOf(row) || order[at - 1] < row,
    ),
    step,
    gaps: step ? gapsIn(ordered, bounds, step).length : 0,
  };
}

function longest(times: Float64Array, bounds: readonly number[]): Float64Array {
  const segments = bounds.slice(1).map((end, group) => times.subarray(bounds[group], end));
  return segments.reduce((best, next) => (next.length > best.length ? next : best), times.subarray(0, 0));
}

/** Places that are not one step behind the one before in their group. */
function gapsIn(times: Float64Array, bounds: readonly number[], step: Step): number[] {
  const begins = new Set(bounds);
  return [...times.keys()].filter(
    (at) => !begins.has(at) && stepsBetween(times[at - 1], times[at], step) !== 1,
  );
}

function stretchesIn(
  times: Float64Array,
  bounds: readonly number[],
  step: Step,
  maxGap: number,
): readonly number[] {
  const wide = gapsIn(times, bounds, step).filter(
    (at) => stepsBetween(times[at - 1], times[at], step) - 1 > maxGap,
  );
  return [...bounds, ...wide].sort((a, b) => a - b);
}

/** Rows whose source names their part keep it; the others are cut in time. */
function partsOf(places: Int32Array, { times, given }: SeriesRows, split: SplitChoice): Uint8Array {
  const named = Uint8Array.from(times, (_, row) => (given && given[row] !== OPEN ? given[row] : TRAIN));
  const parts = named.slice();
  const { validation, test } = sharesOf(split);
  divideByTime(
    { free: (row) => named[row] === TRAIN && places[row] >= 0, times, assignment: parts },
    {
      validation: given?.includes(VALIDATION) ? 0 : validation,
      test: given?.includes(TEST) ? 0 : test,
    },
  );
  return parts;
}

/**
 * Places in the order at which windows begin, part by part. A window and the steps that it is to predict keep to one stretch and one part;
 * `missing` tells places without a value to predict.
 */
export function windowsIn(
  { parts, stretches }: Pick<Series, 'parts' | 'stretches'>,
  { length, horizon, stride }: WindowChoice,
  missing: (place: number) => boolean,
): readonly (readonly number[])[] {
  const starts: number[][] = SPLITS.map(() => []);
  for (const [begin, end] of runsIn(parts, stretches)) {
    let lastMissing = begin - 1;
    let checked = begin + length;
    for (let start = begin; start + length + horizon <= end; start += stride) {
      const target = start + length;
      for (checked = Math.max(checked, target); checked < target + horizon; checked++)
        if (missing(checked)) lastMissing = checked;
      if (lastMissing < target) starts[parts[begin]].push(start);
    }
  }
  return starts;
}

/** Runs of one stretch and one part. */
function* runsIn(parts: Uint8Array, stretches: readonly number[]): Iterable<[begin: number, end: number]> {
  const begins = new Set(stretches);
  let begin = 0;
  for (let at = 1; at <= parts.length; at++) {
    if (at < parts.length && !begins.has(at) && parts[at] === parts[begin]) continue;
    yield [begin, at];
    begin = at;
  }
}
