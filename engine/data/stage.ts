import { join } from 'node:path';
import { SPLITS, type Split } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';
import { StrataError, type Problem } from '../core/errors.ts';
import type { ImportRequest, MissingPolicy } from '../core/import.ts';
import { splitColumn, type ImportedColumn } from './columns.ts';
import type { Cell, Cells, Reader, ReaderColumn, RowBatch } from './format.ts';
import { check, type ImportContext } from './context.ts';
import { kindOf } from './kinds/catalogue.ts';
import type { ColumnImport, StagedBatch, StagedRow } from './kinds/kind.ts';
import { columnOf } from './tables/rows.ts';
import { OPEN } from './splits/split.ts';
import { partNamed } from './splits/split-names.ts';
import { createWriter, emptyBatch } from './staging.ts';

/** Problems that are kept with their words; of the rest only the number. */
export const KEPT_PROBLEMS = 100;

/** All usable rows of a source, staged on disk column by column in the order of the source. */
export interface Staged {
  readonly rows: number;
  /** Where the source names parts, that of each row as an index into SPLITS, or `OPEN`; else null. */
  readonly given: Uint8Array | null;
  readonly problems: readonly Problem[];
  readonly problemTotal: number;
  /** Rows that were left out since their target is missing. */
  readonly targetless: number;
}

/** File of the staging folder that holds the column at `index` of the source. */
export function stagedFile(index: number): string {
  return `${index}.raw`;
}

export async function stageRows(
  reader: Reader,
  columns: readonly ImportedColumn[],
  folder: string,
  request: ImportRequest,
  { onProgress, signal }: ImportContext,
): Promise<Staged> {
  const stager = new Stager(columns, reader.columns, request);
  const writers = columns.map(({ index, values }) =>
    createWriter(join(folder, stagedFile(index)), values.form, columns.length),
  );
  try {
    for await (const batch of reader.rows(true)) {
      check(signal);
      for (const [at, values] of stager.accept(batch).entries()) writers[at].appendAll(values);
      onProgress({ stage: 'Reading rows', done: batch.done, total: reader.totalWork || null });
    }
  } finally {
    for (const writer of writers) writer.close();
  }
  return stager.result();
}

class Stager {
  private readonly columns: readonly ImportedColumn[];
  private readonly request: ImportRequest;
  private readonly stagers: readonly ColumnStager[];
  /** Place of the cell that names a row's part; -1 where there is none. */
  private readonly split: number;
  /** Batch by batch, where the source says anything of parts. */
  private readonly given: Uint8Array[] = [];
  private readonly problems: Problem[] = [];
  private problemTotal = 0;
  private targetless = 0;
  private seen = 0;
  private rows = 0;

  constructor(columns: readonly ImportedColumn[], source: readonly ReaderColumn[], request: ImportRequest) {
    this.columns = columns;
    this.split = splitColumn(source, request.columns);
    this.request = request;
    this.stagers = columns.map((column) => new ColumnStager(column, request));
  }

  /** The stored values of each column for the rows of a batch that can be used. */
  accept({ rows, splits, problems }: RowBatch): StagedBatch[] {
    for (const problem of problems) this.report(problem);
    // For each row the number of the first column, from 1, whose value cannot be used.
    const unusable = new Uint32Array(rows.length);
    const cells = this.columns.map(({ index }) => columnOf(rows, index));
    const parts = this.split < 0 ? undefined : columnOf(rows, this.split);
    const staged = this.stagers.map((stager, at) => stager.stage(cells[at], unusable, at + 1));
    const given: number[] = [];
    let left = 0;
    for (let row = 0; row < unusable.length; row++) {
      const column = unusable[row] - 1;
      if (column >= 0) {
        this.leaveOut(this.columns[column], cells[column].at(row), this.seen + row + 1);
        left++;
      } else if (splits || parts) given.push(partOf(splits?.[row] ?? partNamed(parts?.at(row))));
    }
    if (given.length > 0) this.given.push(Uint8Array.from(given));
    this.seen += rows.length;
    this.rows += rows.length - left;
    if (left === 0) return staged;
    return staged.map((values) => values.filter((_: StagedRow, row: number) => unusable[row] === 0));
  }

  result(): Staged {
    const named = this.given.some((parts) => parts.some((part) => part !== OPEN));
    return {
      rows: this.rows,
      given: named ? joined(this.given, this.rows) : null,
      problems: this.problems,
      problemTotal: this.problemTotal,
      targetless: this.targetless,
    };
  }

  private leaveOut(column: ImportedColumn, cell: Cell, row: number): void {
    if (column.role === 'target' && (cell === null || Number.isNaN(cell))) this.targetless++;
    if (cell !== null) return this.report(wrongKind(column, cell, row));
    const problem = missingValue(column, row);
    if ((column.values.policy ?? this.request.missing) === 'error') throw new StrataError(problem);
    this.report(problem);
  }

  private report(problem: Problem): void {
    if (this.request.onBadRow === 'stop') throw new StrataError(problem);
    this.problemTotal++;
    if (this.problems.length < KEPT_PROBLEMS) this.problems.push(problem);
  }
}

/** What stands for a missing value, undefined where its row is left out. A row without a target teaches nothing. */
export const fillerOf = (
  { role, values }: ImportedColumn,
  missing: MissingPolicy,
): number | string | undefined =>
  (values.policy ?? missing) === 'fill' && role !== 'target' ? values.missing : undefined;

/** Stages one column, batch after batch. */
class ColumnStager {
  private readonly values: ColumnImport;
  private readonly filler: number | string | undefined;
  private room: TypedArray | StagedRow[] = [];

  constructor(column: ImportedColumn, { missing }: ImportRequest) {
    this.values = column.values;
    this.filler = fillerOf(column, missing);
  }

  /** The staged values of a batch, to be used before the next one; marks rows that have none with the column's number. */
  stage(cells: Cells, unusable: Uint32Array, number: number): StagedBatch {
    const rows = unusable.length;
    const { form, numeric } = this.values;
    if (this.room.length < rows) this.room = emptyBatch(form, rows);
    const staged = this.room.length === rows ? this.room : firstOf(this.room, rows);
    if (numeric) this.stageNumbers(cells, staged as Float32Array, unusable, number);
    else for (let row = 0; row < rows; row++) this.stageCell(cells, row, staged, unusable, number);
    return staged;
  }

  private stageNumbers(cells: Cells, staged: Float32Array, unusable: Uint32Array, number: number): void {
    cells.numbers(staged);
    for (let row = 0; row < staged.length; row++) {
      if (!Number.isFinite(staged[row])) this.stageCell(cells, row, staged, unusable, number);
    }
  }

  private stageCell(
    cells: Cells,
    row: number,
    staged: TypedArray | StagedRow[],
    unusable: Uint32Array,
    number: number,
  ): void {
    const cell = cells.at(row);
    const value = cell === null ? this.filler : this.values.stage(cell);
    if (value !== undefined) staged[row] = value;
    else unusable[row] ||= number;
  }
}

const firstOf = (values: TypedArray | StagedRow[], rows: number): TypedArray | StagedRow[] =>
  Array.isArray(values) ? values.slice(0, rows) : values.subarray(0, rows);

function joined(batches: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const batch of batches) {
    all.set(batch, at);
    at += batch.length;
  }
  return all;
}

function wrongKind(column: ImportedColumn, cell: NonNullable<Cell>, row: number): Problem {
  const noun = nounOf(column);
  return {
    code: 'CELL_TYPE',
    message: `Row ${row} has "${String(cell)}" in column "${column.name}", which is no ${noun}.`,
    where: `row ${row}, column "${column.name}"`,
    got: String(cell),
    expected: `a ${noun}`,
    fix: 'Correct the value, or make the column a category.',
  };
}

function missingValue(column: ImportedColumn, row: number): Problem {
  return {
    code: 'CELL_MISSING',
    message: `Row ${row} has no value in column "${column.name}".`,
    where: `row ${row}, column "${column.name}"`,
    expected: `a ${nounOf(column)}`,
    fix: 'Fill the value in, or let Strata fill missing values or leave such rows out.',
  };
}

const nounOf = ({ kind, role }: ImportedColumn): string =>
  role === 'weight' ? 'number of at least 0' : kindOf(kind).title.toLowerCase();

const partOf = (split: Split | null): number => (split ? SPLITS.indexOf(split) : OPEN);
