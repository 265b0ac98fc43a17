import { namedDate, type DateParts } from './month-names.ts';

/** Texts that say when something was. */

const CLOCK =
  /^(?:[T\s:,]+(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*([AP]M)?\s*(?:Z|(?:UTC|GMT)?([+-]\d{2}:?\d{2})?)(?:\s*\(.*\))?)?$/i;
const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})/;
/** 20210304, and 20210304183000. */
const DIGITS = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/;
/** Two digits of a year below this are of this century. */
const CENTURY_ENDS = 70;

/** How texts are to be read as times where they leave it open. */
export interface TimeReading {
  /** Reads 3/4/2025 as the 3rd of April, not the 4th of March. */
  readonly dayFirst: boolean;
  /** What a plain number is: something that grows, the time since 1970, or the digits of a date. */
  readonly numbers: NumberReading;
}
export type NumberReading = 'order' | 'seconds' | 'milliseconds' | 'digits';

export const AS_WRITTEN: TimeReading = { dayFirst: false, numbers: 'order' };

/**
 * Milliseconds since 1970 of a date, with a time of day or without (UTC where it names no zone), or a plain number as it is; NaN where it
 * is neither. Dates are ISO 8601 and its kin (2025-04-03, 2025/4/3 18:30), end with the year (3/4/2025, 03.04.25, 4/3/25 6:30 PM) or name
 * their month. Where dots stand between, the day is first.
 */
export function parseTime(text: string, { dayFirst, numbers }: TimeReading = AS_WRITTEN): number {
  const trimmed = text.trim();
  if (trimmed === '') return Number.NaN;
  const plain = Number(trimmed);
  if (!Number.isNaN(plain))
    return numbers === 'digits' ? timeOfDigits(trimmed) : timeOfNumber(plain, numbers);
  const date = dateIn(trimmed, dayFirst);
  const clock = date && CLOCK.exec(date.rest);
  return clock ? timeOf(fullYear(date.year), date.month, date.day, clock.slice(1)) : Number.NaN;
}

const timeOfNumber = (value: number, numbers: NumberReading): number =>
  Number.isFinite(value) ? value * (numbers === 'seconds' ? 1000 : 1) : Number.NaN;

function timeOfDigits(text: string): number {
  const [, year, month, day, ...clock] = DIGITS.exec(text) ?? [];
  return year ? timeOf(Number(year), Number(month), Number(day), clock) : Number.NaN;
}

function dateIn(text: string, dayFirst: boolean): DateParts | undefined {
  const first = YEAR_FIRST.exec(text);
  if (first) {
    const [all, year, , month, day = '1'] = first;
    return { year, month: Number(month), day: Number(day), rest: text.slice(all.length) };
  }
  const last = YEAR_LAST.exec(text);
  if (!last) return namedDate(text);
  const [all, one, between, two, year] = last;
  const [day, month] = dayFirst || between === '.' ? [one, two] : [two, one];
  return { year, month: Number(month), day: Number(day), rest: text.slice(all.length) };
}

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year + (year < CENTURY_ENDS ? 2000 : 1900);
}

type Clock = readonly (string | undefined)[];

function timeOf(year: number, month: number, day: number, clock: Clock): number {
  const date = new Date(Date.UTC(year, month - 1, day));
  // 30 February would become a day of March.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  const [hours = '0', minutes = '0', seconds = '0', half, zone = ''] = clock;
  const hour = hourOf(Number(hours), half?.toUpperCase());
  const second = Number(seconds.replace(',', '.'));
  if (Number.isNaN(hour) || Number(minutes) > 59 || second >= 61) return Number.NaN;
  const ofDay = ((hour * 60 + Number(minutes)) * 60 + second) * 1000;
  return Math.round(date.getTime() + ofDay - offsetOf(zone));
}

/** Of 24, where the text counts to 12. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour <= 24 ? hour : Number.NaN;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half === 'PM' ? 12 : 0);
}

/** Milliseconds that a zone is ahead of UTC. */
function offsetOf(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
