import { SPLITS } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { StrataError } from '../../core/errors.ts';
import { int, number, parseParams, type Fields, type ParamsOf } from '../../core/fields.ts';
import type { SplitChoice } from '../../core/import.ts';

/** Each row's part as an index into SPLITS. */
export type Assignment = Uint8Array;

export const [TRAIN, VALIDATION, TEST] = SPLITS.map((_, index) => index);
/** Stands for the part of a row of which the source says nothing. */
export const OPEN = SPLITS.length;

/** What rows are divided by. */
export interface SplitContext {
  readonly rows: number;
  /** True for rows that belong to no part yet. */
  free(row: number): boolean;
  /** Where there is such a column, the classes of all rows, many at a time: each to be used before the next one. */
  readonly classes: (() => AsyncIterable<TypedArray>) | null;
  /** Where there are such columns, the group of each row, and when it was. */
  readonly groups: Int32Array | null;
  readonly times: Float64Array | null;
  /** Where the parts of rows are written; all are for training to begin with. */
  readonly assignment: Assignment;
}

/** The options that every way has. */
export const shareFields = {
  validation: number({
    label: 'Validation',
    help: 'Share of the rows that is watched during training.',
    default: 0.15,
    min: 0,
    max: 0.8,
  }),
  test: number({
    label: 'Test',
    help: 'Share of the rows that only the final model is measured on.',
    default: 0.15,
    min: 0,
    max: 0.8,
  }),
};

/** The shares of any way. Throws `PARAM_INVALID`. */
export function sharesOf({ validation, test }: SplitChoice): ParamsOf<typeof shareFields> {
  const { params, problems } = parseParams(shareFields, { validation, test });
  if (problems.length > 0) throw new StrataError(problems[0]);
  return params;
}

export const seedField = int({
  label: 'Seed',
  help: 'The same seed gives the same parts.',
  default: 42,
  min: 0,
  max: 0xffffffff,
});

/** What rows that are divided already say of others. */
export interface FirstRows {
  /** The part of each group that is known, by its number. */
  readonly parts: ReadonlyMap<number, number>;
  /** When the first row of each part was; Infinity where it has none. */
  readonly begins: readonly number[];
}

/** A way of dividing rows into parts, described once: the wizard's form, `import --split` and the import read the record. */
export interface SplitRecord<F extends Fields & typeof shareFields = typeof shareFields> {
  /** Stable id, e.g. `group`. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences for the wizard. */
  readonly doc: string;
  readonly fields: F;
  /** Role of the column that the rows are divided by. */
  readonly needs?: 'group' | 'time';
  divide(context: SplitContext, params: ParamsOf<F>): void | Promise<void>;
  /**
   * Gives rows that come later the parts that follow from the first ones; returns which of the free ones are still to be divided. All are
   * where absent.
   */
  follow?(context: SplitContext, first: FirstRows): SplitContext['free'];
}

export function defineSplit<F extends Fields & typeof shareFields>(record: SplitRecord<F>): SplitRecord<F> {
  return record;
}
