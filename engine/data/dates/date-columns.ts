import type { Params } from '../../core/fields.ts';
import { DAY, stepOf } from '../windows/steps.ts';
import { parseTime, type NumberReading, type TimeReading } from './time.ts';

/** Which columns of a table are dates. */

/** Names of columns whose numbers may be times since 1970, or digits of dates. */
const CLOCK_NAME = /time|date|day|epoch|unix|(^|[_\s])(dt|ts|at)$|[a-z]At$/i;
/** Seconds from 1973 to 2096; a thousand times as many milliseconds. */
const [FEWEST_SECONDS, MOST_SECONDS] = [1e8, 4e9];

/** Settings of a column of dates; undefined where not every one of its texts is a date. */
export function dateOptions(name: string, texts: readonly string[]): Params | undefined {
  const numbers = numbersIn(name, texts);
  if (texts.length === 0 || numbers === 'others') return undefined;
  const readings = numbers ? [{ dayFirst: false, numbers }] : ORDERS;
  const [read, ...others] = readings.flatMap((reading) => {
    const times = timesIn(texts, reading);
    return times ? [{ reading, times, share: stepOf(times)?.share ?? 0 }] : [];
  });
  if (!read) return undefined;
  // Where both the day and the month may be first, dates that follow each other more evenly are more likely right.
  const best = others.reduce((a, b) => (b.share > a.share ? b : a), read);
  return { ...best.reading, ...featuresFor(best.times) };
}

const ORDERS = [false, true].map((dayFirst): TimeReading => ({ dayFirst, numbers: 'order' }));

/** What numbers in a column are; undefined where it has none. */
function numbersIn(name: string, texts: readonly string[]): NumberReading | 'others' | undefined {
  const values = texts.map(Number).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return undefined;
  if (values.length < texts.length || !CLOCK_NAME.test(name)) return 'others';
  const within = (unit: number): boolean =>
    values.every((value) => value >= FEWEST_SECONDS * unit && value <= MOST_SECONDS * unit);
  if (texts.every((text) => isDigits(text))) return 'digits';
  return within(1) ? 'seconds' : within(1000) ? 'milliseconds' : 'others';
}

/** Whether a number is a date of this or the last century, written without signs between. */
const isDigits = (text: string): boolean =>
  /^(19|20)/.test(text) && !Number.isNaN(parseTime(text, { dayFirst: false, numbers: 'digits' }));

/** Different times, in order; undefined where a text is none. */
function timesIn(texts: readonly string[], reading: TimeReading): Float64Array | undefined {
  const times = new Set<number>();
  for (const text of texts) {
    const time = parseTime(text, reading);
    if (Number.isNaN(time)) return undefined;
    times.add(time);
  }
  return Float64Array.from(times).sort();
}

/** What differs from date to date is worth being seen. */
function featuresFor(times: Float64Array): Params {
  const varies = (of: (time: number) => number): boolean => new Set(Array.from(times, of)).size > 1;
  const daysVary = varies((time) => new Date(time).getUTCDate());
  return {
    hour: varies((time) => time - DAY * Math.floor(time / DAY)),
    weekday: daysVary && varies((time) => new Date(time).getUTCDay()),
    month: varies((time) => new Date(time).getUTCMonth()),
  };
}
