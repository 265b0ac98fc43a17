import { join } from 'node:path';
import type { Split } from '../core/dataset.ts';
import { StrataError, type Problem } from '../core/errors.ts';
import type { ImportRequest } from '../core/import.ts';
import type { ImportedColumn } from './columns.ts';
import type { Cell, Reader, RowBatch } from './format.ts';
import { check, type ImportContext } from './context.ts';
import { kindOf } from './kinds/catalogue.ts';
import type { StagedRow } from './kinds/kind.ts';
import { createWriter } from './staging.ts';

/** Problems that are kept with their words; of the rest only the number. */
const KEPT_PROBLEMS = 100;

/** All usable rows of a source, staged on disk column by column in the order of the source. */
export interface Staged {
  readonly rows: number;
  /** The part of each row where the source names parts, else null. */
  readonly given: readonly (Split | null)[] | null;
  /** Code of each row's target where it is one category, else null. */
  readonly classes: Int32Array | null;
  readonly problems: readonly Problem[];
  readonly problemTotal: number;
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
  const stager = new Stager(columns, request);
  const writers = await Promise.all(
    columns.map(({ index, values }) => createWriter(join(folder, stagedFile(index)), values.form)),
  );
  try {
    for await (const batch of reader.rows()) {
      check(signal);
      for (const row of stager.accept(batch)) {
        for (const [at, value] of row.entries()) await writers[at].append(value);
      }
      onProgress({ stage: 'Reading rows', done: batch.done, total: reader.totalWork || null });
    }
  } finally {
    for (const writer of writers) await writer.close();
  }
  return stager.result();
}

class Stager {
  private readonly columns: readonly ImportedColumn[];
  private readonly request: ImportRequest;
  private readonly target: number;
  private readonly classes: number[] = [];
  private readonly given: (Split | null)[] = [];
  private readonly problems: Problem[] = [];
  private problemTotal = 0;
  private seen = 0;
  private rows = 0;

  constructor(columns: readonly ImportedColumn[], request: ImportRequest) {
    this.columns = columns;
    this.request = request;
    const targets = columns.filter(({ role }) => role === 'target');
    this.target = targets.length === 1 && targets[0].values.codes ? columns.indexOf(targets[0]) : -1;
  }

  *accept(batch: RowBatch): Iterable<(number | StagedRow)[]> {
    for (const problem of batch.problems) this.report(problem);
    for (const [at, cells] of batch.rows.entries()) {
      this.seen++;
      const values = this.values(cells);
      if (!values) continue;
      this.rows++;
      if (batch.splits) this.given.push(batch.splits[at]);
      if (this.target >= 0) this.classes.push(values[this.target] as number);
      yield values;
    }
  }

  result(): Staged {
    return {
      rows: this.rows,
      given: this.given.some((split) => split !== null) ? this.given : null,
      classes: this.target >= 0 ? Int32Array.from(this.classes) : null,
      problems: this.problems,
      problemTotal: this.problemTotal,
    };
  }

  /** The stored values of a row, or null where it is left out. */
  private values(cells: readonly Cell[]): (number | StagedRow)[] | null {
    const values: (number | StagedRow)[] = [];
    for (const column of this.columns) {
      const cell = cells[column.index];
      const value = cell === null ? this.missing(column) : column.values.stage(cell);
      if (value === undefined) {
        const problem = cell === null ? missingValue(column, this.seen) : wrongKind(column, cell, this.seen);
        return this.leaveOut(problem);
      }
      values.push(value);
    }
    return values;
  }

  /** What stands for a missing value. A row without a target teaches nothing, so it is never filled in. */
  private missing(column: ImportedColumn): number | string | undefined {
    const { missing } = this.request;
    if (missing === 'error') throw new StrataError(missingValue(column, this.seen));
    return missing === 'drop-row' || column.role === 'target' ? undefined : column.values.missing;
  }

  private leaveOut(problem: Problem): null {
    this.report(problem);
    return null;
  }

  private report(problem: Problem): void {
    if (this.request.onBadRow === 'stop') throw new StrataError(problem);
    this.problemTotal++;
    if (this.problems.length < KEPT_PROBLEMS) this.problems.push(problem);
  }
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
