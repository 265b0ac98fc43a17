import type { DatasetSchema, Split } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';

/**
 * An immutable imported data set on disk:
 *
 * ```
 * <folder>/schema.json               DatasetSchema
 * <folder>/import.json               ImportRecord: source, options, reports
 * <folder>/<split>/<n>.bin           column n of the schema: raw little-endian values, row-major
 * ```
 *
 * Its hash (SHA-256 over schema.json and every shard, in order) names it in runs.
 */
export interface Snapshot {
  readonly folder: string;
  readonly hash: string;
  readonly schema: DatasetSchema;
  /** Rows `[start, start + count)` of one column, as stored. Fewer at the end of the split. */
  read(split: Split, column: string, start: number, count: number): Promise<TypedArray>;
  close(): Promise<void>;
}
