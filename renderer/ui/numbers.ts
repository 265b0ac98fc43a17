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

interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/**
 * The next value for an arrow key. Whole numbers step by one (ten with `coarse`); others step in their second
 * digit, so that 0.001 becomes 0.0011 and not 1.001.
 */
export function stepNumber(value: number, direction: 1 | -1, coarse: boolean, range: Range): number {
  const size = range.integer ? 1 : 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - 1);
  const next = value + direction * size * (coarse ? 10 : 1);
  const bounded = Math.min(range.max ?? Infinity, Math.max(range.min ?? -Infinity, next));
  return Number(bounded.toPrecision(10));
}
