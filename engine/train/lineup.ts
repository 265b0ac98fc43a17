import { permutation, streamOf } from '../core/random.ts';
import type { Buckets } from './buckets.ts';
import type { SplitRows } from './states.ts';

/** Which rows make which batch. */
export interface Lineup {
  /** Rows of the split, batch after batch; `NO_ROW` where a batch has fewer than it takes. */
  readonly rows: Int32Array;
  /** Bucket of each batch: all of its rows are in it. */
  readonly buckets: Uint8Array;
}

export const NO_ROW = -1;
const ORDER_STREAM = streamOf('order');

/** What lineups are made of. */
export interface LineupParts {
  readonly rows: Pick<SplitRows, 'split' | 'rows'>;
  readonly batch: number;
  readonly buckets?: Buckets;
}

/**
 * An epoch of training: the rows in a new order, each into the next batch of its bucket, and batches in the order in which they
 * are full. The last partial ones are left out: the next epoch gives their rows another chance.
 */
export function trainingLineup(parts: LineupParts, seed: number, epoch: number): Lineup {
  return lineUp(permutation(parts.rows.rows, seed, ORDER_STREAM, epoch), parts, false);
}

/** All rows of a split in their own order, partial batches last. */
export function evaluationLineup(parts: LineupParts): Lineup {
  return lineUp(
    Uint32Array.from({ length: parts.rows.rows }, (_, row) => row),
    parts,
    true,
  );
}

function lineUp(
  order: Uint32Array,
  { rows: { split }, batch, buckets }: LineupParts,
  partial: boolean,
): Lineup {
  const bucketOf = buckets?.bucketOf[split];
  const open = Array.from({ length: buckets?.cuts.length ?? 1 }, (): number[] => []);
  const batches: { bucket: number; rows: number[] }[] = [];
  for (const row of order) {
    const bucket = bucketOf?.[row] ?? 0;
    open[bucket].push(row);
    if (open[bucket].length < batch) continue;
    batches.push({ bucket, rows: open[bucket] });
    open[bucket] = [];
  }
  if (partial) open.forEach((rows, bucket) => rows.length > 0 && batches.push({ bucket, rows }));
  const lined = new Int32Array(batches.length * batch).fill(NO_ROW);
  batches.forEach(({ rows }, at) => lined.set(rows, at * batch));
  return { rows: lined, buckets: Uint8Array.from(batches, ({ bucket }) => bucket) };
}
