/** Numbers as people type them: `1e-3`, `0,5` and `.5` count; anything else is NaN. */
export function parseNumber(text: string): number {
  const plain = text.trim().replace(',', '.');
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

/** The shortest text that reads back as the same number, without a long row of zeros. */
export function showNumber(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude !== 0 && magnitude < 1e-3 ? value.toExponential() : String(value);
}

export interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
  readonly integer?: boolean;
}

export function fitsRange(value: number, range: Range): boolean {
  const { min = -Infinity, max = Infinity, exclusiveMin, exclusiveMax, integer } = range;
  if (!Number.isFinite(value) || (integer && !Number.isInteger(value))) return false;
  return (exclusiveMin ? value > min : value >= min) && (exclusiveMax ? value < max : value <= max);
}

/** `A whole number of at least 1` */
export function describeRange(range: Range): string {
  const noun = range.integer ? 'A whole number' : 'A number';
  const lower =
    range.min === undefined ? '' : range.exclusiveMin ? ` above ${range.min}` : ` of at least ${range.min}`;
  const upper =
    range.max === undefined ? '' : range.exclusiveMax ? ` below ${range.max}` : ` at most ${range.max}`;
  return `${noun}${lower}${lower && upper ? ' and' : ''}${upper}`;
}

/**
 * The next value for an arrow key. Whole numbers step by one (ten with `coarse`); others step in their second
 * digit, so that 0.001 becomes 0.0011 and not 1.001. Stays where it is rather than leave the range.
 */
export function stepNumber(value: number, direction: 1 | -1, coarse: boolean, range: Range): number {
  const size = range.integer ? 1 : 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - 1);
  const next = Number((value + direction * size * (coarse ? 10 : 1)).toPrecision(10));
  if (fitsRange(next, range)) return next;
  const end = direction === 1 ? range.max : range.min;
  return end !== undefined && fitsRange(end, range) ? end : value;
}
