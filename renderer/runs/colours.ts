/** Design tokens of curves, in the order in which runs get them. */
const SERIES = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'] as const;

/** A run keeps its colour however many others are shown beside it. */
export function runColour(runNumber: number): string {
  return SERIES[(runNumber - 1) % SERIES.length];
}
