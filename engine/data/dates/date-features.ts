import type { DateEncoding, DateFeature } from '../../core/dataset.ts';
import { DAY } from '../windows/steps.ts';
import { parseTime } from './time.ts';

/** What models see of dates. Everything is in UTC. */

interface Feature {
  readonly label: string;
  readonly help: string;
  /** Numbers that it becomes. */
  readonly width: 1 | 2;
  encode(date: Date, encoding: Pick<DateEncoding, 'from' | 'to'>): number[];
}

/** A place on a circle, so that the end of a period is beside its beginning. */
const cyclic = (label: string, help: string, turn: (date: Date) => number): Feature => ({
  label,
  help,
  width: 2,
  encode(date) {
    const angle = 2 * Math.PI * turn(date);
    return [Math.sin(angle), Math.cos(angle)];
  },
});

const ofDay = (date: Date): number => (date.getTime() - startOfDay(date)) / DAY;
const startOfDay = (date: Date): number =>
  Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
const startOfMonth = (date: Date, further = 0): number =>
  Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + further);
const startOfYear = (date: Date, further = 0): number => Date.UTC(date.getUTCFullYear() + further, 0);

export const DATE_FEATURES: Readonly<Record<DateFeature, Feature>> = {
  elapsed: {
    label: 'Elapsed time',
    help: '0 at the first date of the training part, 1 at its last.',
    width: 1,
    encode: (date, { from, to }) => [to > from ? (date.getTime() - from) / (to - from) : 0],
  },
  hour: cyclic('Time of day', 'Sine and cosine of the time of day.', ofDay),
  weekday: cyclic(
    'Day of the week',
    'Sine and cosine of the day of the week.',
    (date) => ((date.getUTCDay() + 6) % 7) / 7,
  ),
  dayOfMonth: cyclic(
    'Day of the month',
    'Sine and cosine of the day of the month.',
    (date) => (date.getUTCDate() - 1) / Math.round((startOfMonth(date, 1) - startOfMonth(date)) / DAY),
  ),
  month: cyclic('Month', 'Sine and cosine of the month of the year.', (date) => date.getUTCMonth() / 12),
  dayOfYear: cyclic(
    'Day of the year',
    'Sine and cosine of the day of the year.',
    (date) => (startOfDay(date) - startOfYear(date)) / (startOfYear(date, 1) - startOfYear(date)),
  ),
};

/** Numbers that a date becomes. */
export function dateWidth(features: readonly DateFeature[]): number {
  return features.reduce((sum, feature) => sum + DATE_FEATURES[feature].width, 0);
}

/** A time in milliseconds since 1970 as a model sees it. */
export function dateFeatures(time: number, encoding: DateEncoding): number[] {
  const date = new Date(time);
  return encoding.features.flatMap((feature) => DATE_FEATURES[feature].encode(date, encoding));
}

/** A date as it is written, as a model sees it; undefined where it is none. */
export function encodeDate(text: string, encoding: DateEncoding): number[] | undefined {
  const time = parseTime(text, encoding);
  return Number.isNaN(time) ? undefined : dateFeatures(time, encoding);
}
