import type { Step } from '../../core/dataset.ts';

/** How far apart the rows of a series are. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** The distance that most rows keep to the one before. */
export interface UsualStep extends Step {
  /** Share of the distances that are just this. */
  readonly share: number;
}

/** The step of times that grow; undefined where there are fewer than two. */
export function stepOf(times: ArrayLike<number>): UsualStep | undefined {
  if (times.length < 2) return undefined;
  const months = monthsOf(times);
  return months
    ? { unit: 'month', ...mostFrequent(distances(months)) }
    : { unit: 'millisecond', ...mostFrequent(distances(times)) };
}

/** How many steps two times are apart: 1 where the one follows the other. */
export function stepsBetween(from: number, to: number, { unit, count }: Step): number {
  if (unit === 'millisecond') return (to - from) / count;
  return (monthOf(new Date(to)) - monthOf(new Date(from))) / count;
}

/** The time so many steps after another one. The last day of a month is followed by last days. */
export function stepsAfter(time: number, { unit, count }: Step, steps: number): number {
  if (unit === 'millisecond') return time + steps * count;
  const date = new Date(time);
  const last = new Date(time + DAY).getUTCDate() === 1;
  const months = date.getUTCMonth() + steps * count + (last ? 1 : 0);
  const day = last ? 0 : date.getUTCDate();
  return Date.UTC(date.getUTCFullYear(), months, day) + (((time % DAY) + DAY) % DAY);
}

const monthOf = (date: Date): number => 12 * date.getUTCFullYear() + date.getUTCMonth();

/** Months since year 0, where all times are of one day of the month, or all of a last day, and of one time of day. */
function monthsOf(times: ArrayLike<number>): number[] | undefined {
  const months: number[] = [];
  const days = new Set<number>();
  const clocks = new Set<number>();
  let last = true;
  for (let at = 0; at < times.length; at++) {
    const date = new Date(times[at]);
    days.add(date.getUTCDate());
    clocks.add(((times[at] % DAY) + DAY) % DAY);
    last &&= new Date(times[at] + DAY).getUTCDate() === 1;
    if (clocks.size > 1 || (days.size > 1 && !last)) return undefined;
    months.push(monthOf(date));
  }
  return months;
}

function distances(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length - 1 }, (_, at) => values[at + 1] - values[at]);
}

function mostFrequent(values: readonly number[]): { readonly count: number; readonly share: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [count, times] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best));
  return { count, share: times / values.length };
}

const UNITS: readonly (readonly [string, number, string])[] = [
  ['week', WEEK, 'a week'],
  ['day', DAY, 'a day'],
  ['hour', HOUR, 'an hour'],
  ['minute', MINUTE, 'a minute'],
  ['second', SECOND, 'a second'],
];

/** `a month`, `15 minutes`. */
export function formatStep({ unit, count }: Step): string {
  if (unit === 'month') {
    if (count % 12 === 0) return count === 12 ? 'a year' : `${count / 12} years`;
    return count === 1 ? 'a month' : `${count} months`;
  }
  const known = UNITS.find(([, length]) => count >= length && count % length === 0);
  if (!known) return `${count / SECOND} seconds`;
  const [name, length, one] = known;
  return count === length ? one : `${count / length} ${name}s`;
}

/** Steps that a look back usually takes: a period of what people and weather do, such as a year of months or a day of hours. */
export function usualLength({ unit, count }: Step): number {
  if (unit === 'month') return count < 12 ? Math.max(4, 12 / count) : 10;
  if (count >= WEEK) return 52;
  if (count >= DAY) return 30;
  const perDay = Math.round(DAY / count);
  return perDay <= 96 ? Math.max(4, perDay) : 60;
}
