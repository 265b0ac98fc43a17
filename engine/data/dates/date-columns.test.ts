import { describe, expect, it } from 'vitest';
import { dateOptions } from './date-columns.ts';

const monthly = Array.from({ length: 12 }, (_, at) => `01/${String(at + 1).padStart(2, '0')}/2024`);

describe('columns of dates', () => {
  it('are known by their texts, with what differs from date to date', () => {
    expect(dateOptions('when', ['1949-01', '1949-02', '1949-03'])).toMatchObject({
      hour: false,
      weekday: false,
      month: true,
    });
    expect(dateOptions('when', ['2024-01-01 00:00', '2024-01-02 06:00'])).toMatchObject({
      hour: true,
      weekday: true,
      month: false,
    });
    expect(dateOptions('when', ['2024-01-01', 'May'])).toBeUndefined();
    expect(dateOptions('when', [])).toBeUndefined();
  });

  it('have the order of day and month that all of them fit, and where both do, the more even one', () => {
    expect(dateOptions('d', ['1/2/2025', '13/4/2025'])).toMatchObject({ dayFirst: true });
    expect(dateOptions('d', ['1/2/2025', '4/13/2025'])).toMatchObject({ dayFirst: false });
    expect(dateOptions('d', ['13/4/2025', '4/13/2025'])).toBeUndefined();
    expect(dateOptions('d', [...monthly, '01/01/2025'])).toMatchObject({ dayFirst: true });
    expect(dateOptions('d', ['1/1/2025', '1/2/2025', '1/3/2025'])).toMatchObject({ dayFirst: false });
  });

  it('may be seconds or milliseconds since 1970, or digits, where they are called so', () => {
    expect(dateOptions('timestamp', ['964982703', '964981247'])).toMatchObject({ numbers: 'seconds' });
    expect(dateOptions('createdAt', ['1532342400000'])).toMatchObject({ numbers: 'milliseconds' });
    expect(dateOptions('day', ['20210304', '20210305'])).toMatchObject({ numbers: 'digits' });
    expect(dateOptions('day', ['20210304', '20211304'])).toBeUndefined();
    expect(dateOptions('price', ['964982703', '964981247'])).toBeUndefined();
    expect(dateOptions('time', ['17', '18'])).toBeUndefined();
  });
});
