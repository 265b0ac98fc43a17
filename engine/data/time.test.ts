import { describe, expect, it } from 'vitest';
import { datesIn, parseTime } from './time.ts';

describe('times', () => {
  it.each([
    ['2025-04-03', '2025-04-03T00:00:00Z'],
    ['2025/4/3 18:30', '2025-04-03T18:30:00Z'],
    ['2025-04-03T18:30:05.250+02:00', '2025-04-03T16:30:05.250Z'],
    ['1969-12', '1969-12-01T00:00:00Z'],
    ['4/3/2025', '2025-04-03T00:00:00Z'],
    ['04.03.25 06:00', '2025-04-03T06:00:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseTime(text)).toBe(Date.parse(iso));
  });

  it('begin with the day where that is said, and may be plain numbers', () => {
    expect(parseTime('3/4/1999', true)).toBe(Date.UTC(1999, 3, 3));
    expect(parseTime('17.5')).toBe(17.5);
  });

  it.each(['', 'soon', '2025-02-30', '13/13/2025', '2025-01-01 25:00', 'Infinity'])(
    '"%s" is none',
    (text) => {
      expect(parseTime(text)).toBeNaN();
    },
  );

  it('are found in texts, with the order of day and month', () => {
    expect(datesIn(['1/2/2025', '3/4/2025'])).toEqual({ dayFirst: false });
    expect(datesIn(['1/2/2025', '13/4/2025'])).toEqual({ dayFirst: true });
    expect(datesIn(['1/2/2025', 'May'])).toBeNull();
    expect(datesIn(['2025', '2026'])).toBeNull();
  });
});
