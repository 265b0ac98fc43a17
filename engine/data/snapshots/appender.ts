import type { Column, Split } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import type { Problem } from '../../core/errors.ts';
import { decodeText, isKept, textBytes } from '../../core/kept-text.ts';
import type { Cell } from '../format.ts';
import { kindOf } from '../kinds/catalogue.ts';
import { MOST_BYTES } from '../kinds/kept.ts';
import { KEPT_PROBLEMS } from '../stage.ts';
import type { RowWriter, TensorWriter } from '../staging.ts';
import { expectedCell, isAbsent, storedCell } from '../stored-cell.ts';
import type { LikeTheFirst } from './append-parts.ts';

export interface Appended {
  /** The columns with what the new rows add to their counts. */
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Rows that were left out, the first ones, with the total. */
  readonly skipped: readonly Problem[];
  readonly skippedTotal: number;
  /** Those of them without a target. */
  readonly targetless: number;
}

/** Stores rows one by one, to wait for their part. */
export class Appender implements Appended {
  readonly skipped: Problem[] = [];
  skippedTotal = 0;
  targetless = 0;
  rows = 0;
  private seen = 0;
  private readonly before: readonly Column[];
  private readonly writers: readonly RowWriter[];
  /** Columns of texts that are kept as written, which may be longer than the first ones, and the bytes of their longest new text. */
  private readonly kept: readonly boolean[];
  private readonly longest: number[];
  /** Take 1 for each row whose value is missing, of columns that keep which these are. */
  private readonly flags: readonly (TensorWriter | undefined)[];
  private readonly like: LikeTheFirst | undefined;
  private readonly counts: readonly (number[] | undefined)[];
  private readonly missing: number[];

  constructor(
    columns: readonly Column[],
    writers: readonly RowWriter[],
    flags: readonly (TensorWriter | undefined)[],
    like: LikeTheFirst | undefined,
  ) {
    this.before = columns;
    this.writers = writers;
    this.kept = columns.map(isKept);
    this.longest = columns.map(() => 0);
    this.flags = flags;
    this.like = like;
    this.counts = columns.map(({ counts }) => counts && [...counts]);
    this.missing = columns.map(({ missing }) => missing);
  }

  get columns(): readonly Column[] {
    return this.before.map((column, at) => {
      const counts = this.counts[at];
      const shape = this.kept[at] ? [Math.max(column.shape[0], this.longest[at])] : column.shape;
      return { ...column, shape, ...(counts && { counts }), missing: this.missing[at] };
    });
  }

  /** A row, its cells in the order of the columns, and the part that its source names. */
  append(cells: readonly Cell[], named: Split | null): void {
    this.seen++;
    const stored: (number | TypedArray)[] = [];
    for (const [at, column] of this.before.entries()) {
      const value = storedCell(this.kept[at] ? { ...column, shape: [MOST_BYTES] } : column, cells[at]);
      if (value === undefined) {
        if (column.role === 'target' && isAbsent(cells[at])) this.targetless++;
        return this.report(unfit(column, cells[at], this.seen));
      }
      stored.push(value);
    }
    for (const [at, value] of stored.entries()) {
      this.writers[at].append(this.kept[at] ? this.keep(at, value as Uint8Array) : value);
      this.count(at, value);
      const missing = isAbsent(cells[at]);
      if (missing) this.missing[at]++;
      this.flags[at]?.append(missing ? 1 : 0);
    }
    this.like?.add(stored, named);
    this.rows++;
  }

  report(problem: Problem): void {
    this.skippedTotal++;
    if (this.skipped.length < KEPT_PROBLEMS) this.skipped.push(problem);
  }

  private keep(at: number, stored: Uint8Array): string {
    const text = decodeText(stored);
    this.longest[at] = Math.max(this.longest[at], textBytes(text));
    return text;
  }

  private count(at: number, value: number | TypedArray): void {
    const counts = this.counts[at];
    if (!counts) return;
    const indices = typeof value === 'number' ? [value] : kindOf(this.before[at].kind).indices?.(value);
    for (const index of indices ?? []) counts[index]++;
  }
}

function unfit(column: Column, cell: Cell, row: number): Problem {
  return {
    code: 'APPEND_VALUE',
    message: `Row ${row} does not fit the column "${column.name}" and was left out.`,
    where: `row ${row}, column "${column.name}"`,
    got: cell === null ? 'no value' : typeof cell === 'object' ? 'other values' : String(cell),
    expected: expectedCell(column),
    fix: 'Correct the value, or import all of the data again so that what is new in them is learned.',
  };
}
