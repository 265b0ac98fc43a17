/** Texts that say when something was. */

const CLOCK = String.raw`(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(Z|[+-]\d{2}:?\d{2})?)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?${CLOCK}$`);
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})${CLOCK}$`);
/** Two digits of a year below this are of this century. */
const CENTURY_ENDS = 70;

/**
 * Milliseconds since 1970 of a date, with a time of day or without (UTC where it names no zone), or a plain number as it is; NaN where it
 * is neither. Dates are ISO 8601 and its kin (2025-04-03, 2025/4/3 18:30), or end with the year (3/4/2025, 03.04.25).
 */
export function parseTime(text: string, dayFirst = false): number {
  const trimmed = text.trim();
  if (trimmed === '') return Number.NaN;
  const plain = Number(trimmed);
  if (!Number.isNaN(plain)) return Number.isFinite(plain) ? plain : Number.NaN;
  const first = YEAR_FIRST.exec(trimmed);
  if (first) {
    const [, year, , month, day = '1', ...clock] = first;
    return timeOf(Number(year), Number(month), Number(day), clock);
  }
  const last = YEAR_LAST.exec(trimmed);
  if (!last) return Number.NaN;
  const [, one, , two, year, ...clock] = last;
  const [day, month] = dayFirst ? [one, two] : [two, one];
  return timeOf(fullYear(year), Number(month), Number(day), clock);
}

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year + (year < CENTURY_ENDS ? 2000 : 1900);
}

function timeOf(year: number, month: number, day: number, clock: readonly (string | undefined)[]): number {
  const [hours = '0', minutes = '0', seconds = '0', zone = 'Z'] = clock;
  const date = new Date(Date.UTC(year, month - 1, day));
  // 30 February would become a day of March.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) >= 61) return Number.NaN;
  const ofDay = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return date.getTime() + ofDay - offsetOf(zone);
}

/** Milliseconds that a zone is ahead of UTC. */
function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** True for texts that are plainly dates, not numbers: most of them, with which day order. */
export function datesIn(texts: readonly string[]): { readonly dayFirst: boolean } | null {
  if (texts.length === 0 || texts.some((text) => !Number.isNaN(Number(text)))) return null;
  const dayFirst = [false, true].find((first) =>
    texts.every((text) => !Number.isNaN(parseTime(text, first))),
  );
  return dayFirst === undefined ? null : { dayFirst };
}
