import { streamOf, uniform } from '../../core/random.ts';
import { emptyColumn } from './empty.ts';
import type { FitContext, StagedRow } from './kind.ts';

/** Share of the training rows that fit without being cut, where a length is not set, and the most that it may come to. */
export const FITTING = 0.95;
export const LONGEST = 512;

/** The length that most sequences fit into; 0 where there are none. */
export function usualLength(lengths: readonly number[]): number {
  const sorted = lengths.toSorted((a, b) => a - b);
  return Math.min(LONGEST, sorted[Math.ceil(sorted.length * FITTING) - 1] ?? 0);
}

/** Training rows that are measured, about: of more, so many are drawn. */
const MEASURED = 100_000;
const STREAM = streamOf('text lengths');

/** The length that most training rows fit into, or most of some of them where there are many. Throws `COLUMN_EMPTY`. */
export async function trainingLength(
  { name, rows, isTraining }: FitContext,
  lengthOf: (staged: StagedRow) => number,
): Promise<number> {
  let all = 0;
  let row = 0;
  for await (const batch of rows())
    for (let at = 0; at < batch.length; at++) all += Number(isTraining(row++));
  const share = MEASURED / all;
  const lengths: number[] = [];
  row = 0;
  for await (const batch of rows())
    for (const staged of batch) {
      if (isTraining(row) && uniform(0, STREAM, 0, row) < share) lengths.push(lengthOf(staged));
      row++;
    }
  const length = usualLength(lengths);
  if (length === 0) throw emptyColumn(name);
  return length;
}
