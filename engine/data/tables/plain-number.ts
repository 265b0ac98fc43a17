/** Whole numbers with so many digits are exact in a double, and so are these powers of ten. */
const EXACT_DIGITS = 15;
export const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const ZERO = 48;

/**
 * The number that bytes spell, NaN where it is not written in the plainest way: a sign, at most 15 digits and a point. Such a one is the
 * quotient of two doubles that are exact, so it is rounded once, as it must be (Clinger, 1990, "How to read floating point numbers accurately").
 */
export function numberIn(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  const length = end - at;
  if (length > EXACT_DIGITS + 1) return Number.NaN;
  let digits = 0;
  let point = end;
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
    else if (bytes[at] === POINT && point === end) point = at;
    else return Number.NaN;
  }
  const count = point === end ? length : length - 1;
  if (count < 1 || count > EXACT_DIGITS) return Number.NaN;
  const value = point === end ? digits : digits / POWERS[end - point - 1];
  return sign === MINUS ? -value : value;
}
