import { isSequence, type Binding } from '../core/binding.ts';
import { SPLITS, type Cut, type Split } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import { loadRows } from '../data/snapshots/batches.ts';
import type { Snapshot } from '../data/snapshots/snapshot.ts';

/**
 * Rows sorted by the length of their sequences, so that batches of short ones are computed short. All sequences of a row are cut
 * together: those that are stored with the same length end at the same position.
 */
export interface Buckets {
  /** What each bucket looks at, the shortest first. */
  readonly cuts: readonly Cut[];
  /** Bucket of each row. */
  readonly bucketOf: Readonly<Record<Split, Uint8Array>>;
}

export interface BucketSettings {
  readonly buckets: number;
  readonly padding: number;
  /** Rows of a step: a bucket with fewer training rows would never be trained. */
  readonly batch: number;
}

/** Rows that are read at once. */
const ROWS_AT_ONCE = 4096;
/** Lengths are multiples of this, where the sequences are so long: devices compute so many numbers at once. */
const GRAIN = 4;

/**
 * Buckets of about the same number of training rows. Undefined where nothing can be cut: there is one bucket that is as long as
 * what is stored, or there are no sequences.
 */
export async function planBuckets(
  snapshot: Snapshot,
  bindings: Iterable<Binding>,
  settings: BucketSettings,
): Promise<Buckets | undefined> {
  const sequences = [...bindings].filter(isSequence);
  if (sequences.length === 0) return undefined;
  const rows = {} as Record<Split, RowLengths>;
  for (const split of SPLITS) rows[split] = await measure(snapshot, split, sequences, settings.padding);
  const cuts = trainable(rows.train, cutsOf(rows, settings.buckets), settings.batch);
  const [first, ...longer] = cuts;
  if (longer.length === 0 && Object.entries(first).every(([width, length]) => Number(width) === length))
    return undefined;
  const bucketOf = SPLITS.map((split) => [split, sort(rows[split], cuts)]);
  return { cuts, bucketOf: Object.fromEntries(bucketOf) as Buckets['bucketOf'] };
}

/** Of each row of a split. */
interface RowLengths {
  readonly totals: Int32Array;
  /** By the length that sequences are stored with: that of the longest one of the row. */
  readonly lengths: ReadonlyMap<number, Int32Array>;
}

async function measure(
  snapshot: Snapshot,
  split: Split,
  sequences: readonly Binding[],
  padding: number,
): Promise<RowLengths> {
  const count = snapshot.schema.rows[split];
  const lengths = new Map(sequences.map(({ shape: [width] }) => [width, new Int32Array(count).fill(1)]));
  for (const binding of sequences) {
    const [width] = binding.shape;
    const known = lengths.get(width)!;
    for (let first = 0; first < count; first += ROWS_AT_ONCE) {
      const values = await loadRows(snapshot, split, binding, first, ROWS_AT_ONCE);
      for (let row = 0; row * width < values.length; row++) {
        let length = width;
        while (length > 0 && values[row * width + length - 1] === padding) length--;
        known[first + row] = Math.max(known[first + row], length);
      }
    }
  }
  const totals = Int32Array.from({ length: count }, (_, row) =>
    [...lengths.values()].reduce((sum, known) => sum + known[row], 0),
  );
  return { totals, lengths };
}

/** As many cuts as are wanted, by the quantiles of the training rows' lengths, and one for what is longer in the other splits. */
function cutsOf(rows: Readonly<Record<Split, RowLengths>>, wanted: number): readonly Cut[] {
  const sorted = rows.train.totals.toSorted();
  const limits = Array.from(
    { length: wanted },
    (_, at) => sorted[Math.ceil(((at + 1) / wanted) * sorted.length) - 1],
  );
  const cuts = [
    ...limits.map((limit) => longest([rows.train], limit)),
    longest(SPLITS.map((split) => rows[split])),
  ];
  return cuts.filter((cut, at) => at === 0 || JSON.stringify(cut) !== JSON.stringify(cuts[at - 1]));
}

/** Where the longest sequences end of those rows that are no longer than `limit` in total. */
function longest(rows: readonly RowLengths[], limit = Infinity): Cut {
  const lengthOf = (width: number): number => {
    let most = 1;
    for (const { totals, lengths } of rows) {
      lengths.get(width)!.forEach((length, row) => {
        if (totals[row] <= limit && length > most) most = length;
      });
    }
    return Math.min(width, Math.ceil(most / GRAIN) * GRAIN);
  };
  return Object.fromEntries([...rows[0].lengths.keys()].map((width) => [width, lengthOf(width)]));
}

/** Leaves out cuts until every bucket with training rows has at least a batch of them. */
function trainable(train: RowLengths, cuts: readonly Cut[], batch: number): readonly Cut[] {
  const counts = countsOf(sort(train, cuts), cuts.length);
  const last = counts.findLastIndex((count) => count > 0);
  const small = counts.findIndex((count) => count > 0 && count < batch);
  if (small < 0) return cuts;
  // Its rows fit into the next longer one; those of the last take in the rows of the one before.
  return trainable(train, cuts.toSpliced(small < last ? small : last - 1, 1), batch);
}

/** The first bucket that is long enough for each row. */
function sort({ totals, lengths }: RowLengths, cuts: readonly Cut[]): Uint8Array {
  return Uint8Array.from(totals, (_, row) =>
    cuts.findIndex((cut) => [...lengths].every(([width, known]) => known[row] <= cut[width])),
  );
}

export function rowsPerBucket({ cuts, bucketOf }: Buckets, split: Split): readonly number[] {
  return countsOf(bucketOf[split], cuts.length);
}

function countsOf(buckets: Uint8Array, count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const bucket of buckets) counts[bucket]++;
  return counts;
}

/** Builds what is for rows that are cut. Throws `BUCKET_INVALID` where the model, which is sound, does not take them. */
export function inBucket<T>(cut: Cut | undefined, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!cut || !(error instanceof StrataError) || error.code !== 'GRAPH_INVALID') throw error;
    const { where, got, expected } = error.problem;
    throw new StrataError(
      {
        code: 'BUCKET_INVALID',
        message: `The model does not take sequences that are cut to ${Object.values(cut).join(' and ')} positions.`,
        where,
        got,
        expected,
        fix: 'Set the length buckets to 1, or use layers that take sequences of any length.',
      },
      { cause: error },
    );
  }
}
