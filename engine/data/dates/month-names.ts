/** Dates that name their month: 4 Mar 2021, March 4th, 2021, 4. März 2021, Thu, 04 Mar 2021 (RFC 5322), Thu Mar 4 10:00:00 2021 (ctime). */

/** What a date says, and what stands behind it. */
export interface DateParts {
  readonly year: string;
  readonly month: number;
  readonly day: number;
  readonly rest: string;
}

const LOCALES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl'];

/** Numbers of months by their names, long and short, in lower case. Made when they are first needed: it takes 20 ms. */
let months: ReadonlyMap<string, number> | undefined;

function monthNames(): ReadonlyMap<string, number> {
  const names = new Map<string, number>([['sept', 9]]);
  for (const locale of LOCALES) {
    for (const form of ['short', 'long'] as const) {
      const { format } = new Intl.DateTimeFormat(locale, { month: form, timeZone: 'UTC' });
      for (let month = 1; month <= 12; month++)
        names.set(
          format(Date.UTC(2021, month - 1))
            .toLowerCase()
            .replace('.', ''),
          month,
        );
    }
  }
  return names;
}

const WORD = String.raw`(\p{L}{3,})\.?`;
const DAY = String.raw`(\d{1,2})(?:st|nd|rd|th|er|\.)?`;
const FORMS: readonly { readonly form: RegExp; readonly order: readonly ('day' | 'word' | 'year')[] }[] = [
  {
    form: new RegExp(String.raw`^${DAY}[-/\s]*(?:de |of )?${WORD}[-/,\s]+(?:de )?(\d{4}|\d{2})(?!\d)`, 'iu'),
    order: ['day', 'word', 'year'],
  },
  { form: new RegExp(String.raw`^${WORD}\s+${DAY},?\s+(\d{4})(?!\d)`, 'iu'), order: ['word', 'day', 'year'] },
  {
    form: new RegExp(String.raw`^(\d{4})[-/\s]${WORD}[-/\s]${DAY}(?!\d)`, 'iu'),
    order: ['year', 'word', 'day'],
  },
  { form: new RegExp(String.raw`^${WORD}[-/,\s]+(\d{4})(?!\d)`, 'iu'), order: ['word', 'year'] },
];
/** The year behind the time of day, as ctime writes it. */
const YEAR_AT_END = /^(\D+\d{1,2})(\s\d{1,2}:\d{2}(?::\d{2})?(?:\s\S+)?)\s(\d{4})$/;
const WEEKDAY = /^(\p{L}{2,})\.?,?\s+/u;

/** Undefined where no month is named. */
export function namedDate(text: string): DateParts | undefined {
  if (!/\p{L}{3}/u.test(text)) return undefined;
  months ??= monthNames();
  const first = WEEKDAY.exec(text);
  const bare = first && !months.has(first[1].toLowerCase()) ? text.slice(first[0].length) : text;
  const ordered = bare.replace(YEAR_AT_END, '$1 $3$2');
  for (const { form, order } of FORMS) {
    const match = form.exec(ordered);
    if (!match) continue;
    const part = (name: (typeof order)[number]) => match[order.indexOf(name) + 1];
    const month = months.get(part('word').toLowerCase());
    const day = order.includes('day') ? Number(part('day')) : 1;
    if (!month) return undefined;
    return { year: part('year'), month, day, rest: ordered.slice(match[0].length) };
  }
  return undefined;
}
