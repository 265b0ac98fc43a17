import type { Shown } from './browse.ts';
import type { NumberStatistics, Split } from './dataset.ts';

/** What is known of the values of a data set, for people to look at. Plain data, kept beside the snapshot as `statistics.json`. */

export interface Histogram {
  /** Ends of the first and the last bin; all bins are equally wide. */
  readonly least: number;
  readonly most: number;
  readonly counts: Readonly<Record<Split, readonly number[]>>;
}

export interface TokenCount {
  readonly token: string;
  readonly count: number;
}

export interface KeptTexts {
  /** Different ones in all parts together; at most `DISTINCT` are told apart. */
  readonly distinct: number;
  /** Of times: the first and the last one, as written. */
  readonly first?: string;
  readonly last?: string;
}

export const DISTINCT = 100_000;

/** A column's values, part by part. What does not apply to it is left out. */
export interface ColumnSummary {
  readonly column: string;
  /** Rows whose value was missing, where it is kept which these are. */
  readonly missing?: Readonly<Record<Split, number>>;
  /** Of texts that are kept as written: ids, groups and times. */
  readonly texts?: KeptTexts;
  /** Of the numbers, of times in milliseconds, of the values of all elements of tensors, or of the lengths of texts. */
  readonly histogram?: Histogram;
  /** Of what the histogram counts. A part without rows has none. */
  readonly moments?: Readonly<Partial<Record<Split, NumberStatistics>>>;
  /** Rows of each class, or boxes where a row may have several. */
  readonly classes?: Readonly<Record<Split, readonly number[]>>;
  /** The most frequent tokens of the training part, the most frequent one first. */
  readonly tokens?: readonly TokenCount[];
  /** The mean of the training rows. */
  readonly mean?: Shown;
}

/**
 * How strongly pairs of columns go together in the training part: Pearson's correlation of two numbers (-1 … 1), the correlation ratio
 * of a class and a number, Cramér's V of two classes (0 … 1). null where a column never changes.
 */
export interface Associations {
  readonly columns: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
}

export interface DatasetStatistics {
  readonly version: 2;
  readonly columns: readonly ColumnSummary[];
  readonly associations: Associations;
}
