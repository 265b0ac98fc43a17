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
    ['4 Mar 2021', '2021-03-04T00:00:00Z'],
    ['04-MAR-21', '2021-03-04T00:00:00Z'],
    ['March 4th, 2021 6:05 PM', '2021-03-04T18:05:00Z'],
    ['Sept. 4, 1999', '1999-09-04T00:00:00Z'],
    ['4. März 2021', '2021-03-04T00:00:00Z'],
    ['4 de marzo de 2021', '2021-03-04T00:00:00Z'],
    ['4 févr. 2021', '2021-02-04T00:00:00Z'],
    ['2021-Mar-04 10:00', '2021-03-04T10:00:00Z'],
    ['Mar 2021', '2021-03-01T00:00:00Z'],
    ['Thu, 04 Mar 2021 10:00:00 +0100', '2021-03-04T09:00:00Z'],
    ['Thu, 4 Mar 2021 10:00:00 GMT', '2021-03-04T10:00:00Z'],
    ['Thu Mar 04 2021 10:00:00 GMT+0100 (Central European Standard Time)', '2021-03-04T09:00:00Z'],
    ['Thu Mar  4 10:00:00 2021', '2021-03-04T10:00:00Z'],
    ['Thu Mar 04 10:00:00 +0000 2021', '2021-03-04T10:00:00Z'],
    ['04/Mar/2021:10:00:00 -0700', '2021-03-04T17:00:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseTime(text)).toBe(Date.parse(iso));
  });

  it('begin with the day where that is said, and may be plain numbers', () => {
    expect(parseTime('3/4/1999', { ...AS_WRITTEN, dayFirst: true })).toBe(Date.UTC(1999, 3, 3));
    expect(parseTime('17.5')).toBe(17.5);
    expect(parseTime('20210304', { ...AS_WRITTEN, numbers: 'digits' })).toBe(Date.UTC(2021, 2, 4));
    expect(parseTime('20210304183000', { ...AS_WRITTEN, numbers: 'digits' })).toBe(
      Date.UTC(2021, 2, 4, 18, 30),
    );
    expect(parseTime('20211304', { ...AS_WRITTEN, numbers: 'digits' })).toBeNaN();
    expect(parseTime('86400', { ...AS_WRITTEN, numbers: 'seconds' })).toBe(Date.UTC(1970, 0, 2));
  });

  it.each([
    '',
    'soon',
    '2025-02-30',
    '13/13/2025',
    '2025-01-01 25:00',
    '1/1/2025 13:00 PM',
    'Infinity',
    'Windows 2000',
    '31 Feb 2021',
    'May be 2021',
    'room 4 Mar 2021x',
  ])('"%s" is none', (text) => {
    expect(parseTime(text)).toBeNaN();
  });
});
