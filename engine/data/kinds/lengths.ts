/** Share of the training rows that fit without being cut, where a length is not set, and the most that it may come to. */
export const FITTING = 0.95;
export const LONGEST = 512;

/** The length that most sequences fit into; 0 where there are none. */
export function usualLength(lengths: readonly number[]): number {
  const sorted = lengths.toSorted((a, b) => a - b);
  return Math.min(LONGEST, sorted[Math.ceil(sorted.length * FITTING) - 1] ?? 0);
}
