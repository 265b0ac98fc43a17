import type { Shown } from '../../core/browse.ts';
import type { Column, ColumnRole } from '../../core/dataset.ts';
import { allocate, type DType, type TypedArray } from '../../core/dtype.ts';
import type { Fields, ParamsOf } from '../../core/fields.ts';
import type { MissingPolicy } from '../../core/import.ts';
import type { TensorType } from '../../core/tensor.ts';
import type { Cell, ReaderColumn } from '../format.ts';

/**
 * How a column's values wait on disk until it is known which rows are for training; `text` also holds tokens, `indices` any number of
 * whole numbers for a row.
 */
export type StagedForm = TensorType | 'text' | 'indices';

/** One row of a staged column; a number where the form is that of one value. */
export type StagedRow = number | TypedArray | string | readonly string[];

/** Consecutive rows of a staged column: those of one value each lie side by side in a typed array. */
export type StagedBatch = TypedArray | readonly StagedRow[];

/**
 * A kind of column, described once: what cells of it are, what is learned from the training rows, and what a model is given. The
 * wizard's list, its form for a column and the import read the record.
 */
export interface KindRecord<F extends Fields = Fields> {
  /** Stable id in schemas, e.g. `category`. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences for the wizard. */
  readonly doc: string;
  /** Settings of a column of this kind. */
  readonly fields: F;
  /** True where cells must already be of this kind: a text cannot be read as an image. */
  readonly fixed?: boolean;
  /** True where staging a column learns nothing of it: then another thread can fit it, which knows its settings only. */
  readonly apart?: true;
  /** How values become steps of a series: real numbers, one or several. Where absent, they cannot. */
  steps?(fitted: FittedColumn): FittedColumn;
  /** Roles that such a column can have: input and target where absent. */
  readonly roles?: readonly ColumnRole[];
  /** Starts the import of one column, which has the role that was chosen for it. `common` is what columns of one import share, by name. */
  begin(column: ReaderColumn, params: ParamsOf<F>, common: Map<string, unknown>): ColumnImport;
  /**
   * The stored value of a cell by a column of a schema: the same that the import stored. Cells may come from a reader, or be what somebody
   * typed or sent: a text for a number, lists for an image. Undefined where the cell does not fit the column.
   */
  store(cell: unknown, column: Column): number | TypedArray | undefined;
  /** A cell as people see it in the preview, among all `cells` of its column there. `String(cell)` where absent. */
  show?(cell: NonNullable<Cell>, column: ReaderColumn, cells: readonly Cell[]): Promise<string | Shown>;
  /**
   * A stored value as people see it; what its type and shape tell (show-tensor.ts) where absent. `size`: longest side of a
   * picture in pixels, most points of a curve.
   */
  read?(stored: TypedArray, column: Column, size: number): Shown | Promise<Shown>;
  /** Indices of the classes in a stored value that may hold several, for statistics to count. */
  indices?(stored: TypedArray): readonly number[];
}

/** One column on its way from cells to stored values. */
export interface ColumnImport {
  readonly form: StagedForm;
  /** Stands for a missing value until the training rows are known. Where absent, rows without a value are left out. */
  readonly missing?: number | string;
  /** What becomes of rows without a value, where it is not what was chosen for all columns. */
  readonly policy?: MissingPolicy;
  /** True where staged values are codes of classes, which a split can be stratified by. */
  readonly codes?: boolean;
  /** True where finite numbers are staged as they are, in float32. All other cells come to `stage`. */
  readonly numeric?: boolean;
  /** The staged value, undefined where the cell does not fit the kind. */
  stage(cell: NonNullable<Cell>): StagedRow | undefined;
  /** When a staged row was, as a number that grows. */
  time?(staged: StagedRow): number;
  /** Learns from the training rows how values are stored. Called once, after all rows are staged. */
  fit(context: FitContext): Promise<FittedColumn>;
}

export interface FitContext {
  readonly name: string;
  readonly role: ColumnRole;
  /** Whether the person wants inputs to be scaled. */
  readonly normalise: boolean;
  /** All staged rows, in order, some thousands at a time; may be called again. */
  rows(): AsyncIterable<StagedBatch>;
  isTraining(row: number): boolean;
}

export interface FittedColumn {
  /** What the schema says of the column beside its name, role and kind. */
  readonly column: Omit<Column, 'name' | 'role' | 'kind'>;
  /** The stored value of a staged one, to be used before the next one. */
  convert(staged: StagedRow): number | TypedArray;
  /** The same for many single values, in place, where that is quicker. */
  convertAll?(staged: TypedArray): void;
}

/** How single values are converted, many or one. */
export const inPlace = (
  dtype: DType,
  convertAll: (staged: TypedArray) => void,
): Omit<FittedColumn, 'column'> => ({
  convertAll,
  convert(staged) {
    const one = allocate(dtype, 1);
    one[0] = Number(staged);
    convertAll(one);
    return one[0];
  },
});

export function defineKind<F extends Fields>(record: KindRecord<F>): KindRecord<F> {
  return record;
}
