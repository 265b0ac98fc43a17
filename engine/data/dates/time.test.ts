import { describe, expect, it } from 'vitest';
import { AS_WRITTEN, parseTime } from './time.ts';

describe('times', () => {
  it.each([
    ['2025-04-03', '2025-04-03T00:00:00Z'],
    ['2025/4/3 18:30', '2025-04-03T18:30:00Z'],
    ['2025-04-03T18:30:05.250+02:00', '2025-04-03T16:30:05.250Z'],
    ['2016-07-01 00:00:00', '2016-07-01T00:00:00Z'],
    ['1969-12', '1969-12-01T00:00:00Z'],
    ['4/3/2025', '2025-04-03T00:00:00Z'],
    ['4/3/25 6:05 pm', '2025-04-03T18:05:00Z'],
    ['12/31/1999 12:00 AM', '1999-12-31T00:00:00Z'],
    ['03.04.25 06:00', '2025-04-03T06:00:00Z'],
    ['2025-04-03 06:00:00,5 UTC', '2025-04-03T06:00:00.500Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseTime(text)).toBe(Date.parse(iso));
  });

  it('begin with the day where that is said, and may be plain numbers', () => {
    expect(parseTime('3/4/1999', { ...AS_WRITTEN, dayFirst: true })).toBe(Date.UTC(1999, 3, 3));
    expect(parseTime('17.5')).toBe(17.5);
    expect(parseTime('86400', { ...AS_WRITTEN, numbers: 'seconds' })).toBe(Date.UTC(1970, 0, 2));
  });

  it.each(['', 'soon', '2025-02-30', '13/13/2025', '2025-01-01 25:00', '1/1/2025 13:00 PM', 'Infinity'])(
    '"%s" is none',
    (text) => {
      expect(parseTime(text)).toBeNaN();
    },
  );
});
