import { SPLITS, type Column, type DatasetSchema, type Split } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import type { Problem } from '../../core/errors.ts';

/** Rows of the source that are not in the data set. */
export interface LeftOut {
  /** Those without a target, from which nothing can be learned. */
  readonly targetless: number;
}

/** The rows of a data set, as they are stored and divided. */
export interface CheckedData {
  readonly schema: DatasetSchema;
  readonly left: LeftOut;
  /** Values of a column in a part, some thousand rows at a time. */
  batches(split: Split, column: Column): AsyncIterable<TypedArray>;
  /** Values of some rows of a part, in `room` if that is large enough. */
  read(split: Split, column: Column, first: number, count: number, room?: ArrayBuffer): Promise<TypedArray>;
  /** A folder for what does not fit into memory. */
  readonly scratch: string;
}

/**
 * Something that data are looked at for after they were divided, described once. What it finds is a warning: it says what is there and what to
 * do, and keeps nobody from training.
 */
export interface CheckRecord {
  /** Stable id, e.g. `duplicates`. */
  readonly id: string;
  readonly title: string;
  /** What it looks for, in one sentence. */
  readonly doc: string;
  /** True where it looks at all values of many columns: then another thread may make it. */
  readonly long?: true;
  run(data: CheckedData): Promise<readonly Problem[]>;
}

export const totalRows = ({ rows }: DatasetSchema): number =>
  SPLITS.reduce((sum, split) => sum + rows[split], 0);

export const columnsIn = ({ columns }: DatasetSchema, ...roles: Column['role'][]): readonly Column[] =>
  columns.filter(({ role }) => roles.includes(role));

/** True for one number or one class per row. */
export const isScalar = ({ shape }: Column): boolean => shape.length === 0;

const MOST_NAMES = 8;

/** Names in a sentence, the first of many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  const more = names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : [];
  const all = [...shown, ...more];
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)!}`;
}

export const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
