import { join } from 'node:path';
import { SPLITS, type ColumnRole, type Split } from '../core/dataset.ts';
import type { TypedArray } from '../core/dtype.ts';
import { StrataError } from '../core/errors.ts';
import { parseParams, type Params } from '../core/fields.ts';
import type { SplitChoice } from '../core/import.ts';
import type { ImportedColumn } from './columns.ts';
import type { StagedRow } from './kinds/kind.ts';
import { DEFAULT_SPLIT, splitOf } from './splits/catalogue.ts';
import { OPEN, TRAIN, type Assignment, type SplitRecord } from './splits/split.ts';
import { stagedFile, type Staged } from './stage.ts';
import { stagedRows } from './staging.ts';

/**
 * Divides rows into parts as the person chose. Rows whose source names their part keep it: where there is a given test (or validation)
 * part, nothing is taken from the others for it. Groups of which some rows are given for it follow them, too. Throws `SPLIT_UNKNOWN`, `PARAM_INVALID`, `PARAM_UNKNOWN` or `SPLIT_COLUMN`.
 */
export async function assignSplits(
  { rows, given }: Pick<Staged, 'rows' | 'given'>,
  { by = DEFAULT_SPLIT, ...options }: SplitChoice,
  columns: readonly ImportedColumn[],
  staging: string,
): Promise<Assignment> {
  const split = splitOf(by);
  const having = neededBy(split, columns);
  const params = sharesLeft(split, options, namedParts(given));
  const read = <T extends Int32Array | Float64Array>(column: ImportedColumn, into: T, of: Of) =>
    fill(column, staging, into, of);
  // Threads that write columns look at the same memory.
  const assignment = new Uint8Array(new SharedArrayBuffer(rows)).fill(TRAIN);
  given?.forEach((part, row) => (assignment[row] = part === OPEN ? TRAIN : part));
  const groups = split.needs === 'group' ? await groupsOf(having, new Int32Array(rows), read) : null;
  const followed = groups && given ? followGiven(groups, given, assignment) : new Set<number | undefined>();
  await split.divide(
    {
      rows,
      free: (row) => isFree(given?.[row]) && !followed.has(groups?.[row]),
      classes: classesOf(columns, staging),
      groups,
      times: split.needs === 'time' ? await read(having[0], new Float64Array(rows), timeOf(having[0])) : null,
      assignment,
    },
    params,
  );
  return assignment;
}

/** The parts, beside training, that a source names. */
export const namedParts = (given: Uint8Array | null): Split[] =>
  SPLITS.filter((_, part) => part !== TRAIN && given?.includes(part));

/** Settings of a way of dividing rows, of which none go to a part that the source names. Throws `PARAM_INVALID` or `PARAM_UNKNOWN`. */
export function sharesLeft({ fields }: SplitRecord, options: Params, named: readonly Split[]) {
  const { params, problems } = parseParams(fields, options);
  if (problems.length > 0) throw new StrataError(problems[0]);
  return {
    ...params,
    validation: named.includes('validation') ? 0 : params.validation,
    test: named.includes('test') ? 0 : params.test,
  };
}

/** The columns that rows are divided by. Throws `SPLIT_COLUMN`. */
export function neededBy<C extends { readonly role: ColumnRole }>(
  { title, needs }: SplitRecord,
  columns: readonly C[],
): C[] {
  const having = columns.filter(({ role }) => role === needs);
  if (needs && having.length === 0) throw noColumn(title, needs);
  return having;
}

type Of = (staged: StagedRow, row: number) => number;

/** Rows may be divided of which the source says nothing, and those that it gives for training. */
const isFree = (given: number | undefined): boolean =>
  given === undefined || given === OPEN || given === TRAIN;

/** The codes of the target where it is one category. */
function classesOf(columns: readonly ImportedColumn[], staging: string) {
  const [target, ...others] = columns.filter(({ role }) => role === 'target');
  if (!target?.values.codes || others.length > 0) return null;
  return () =>
    stagedRows(join(staging, stagedFile(target.index)), target.values.form) as AsyncIterable<TypedArray>;
}

/**
 * Gives the rows of no part that of their group, where the source gives some of its rows for validation or test: the first such part. Rows
 * that are given for training stay there. Returns these groups.
 */
function followGiven(
  groups: Int32Array,
  given: Uint8Array,
  assignment: Assignment,
): ReadonlySet<number | undefined> {
  const partOf = new Map<number, number>();
  for (const [row, part] of given.entries())
    if (!isFree(part) && !partOf.has(groups[row])) partOf.set(groups[row], part);
  for (const [row, part] of given.entries())
    if (part === OPEN) assignment[row] = partOf.get(groups[row]) ?? assignment[row];
  return new Set(partOf.keys());
}

const timeOf =
  ({ values }: ImportedColumn): Of =>
  (staged) =>
    values.time!(staged);

/** A number for each group; with several columns, for each combination of what they say. */
async function groupsOf(
  columns: readonly ImportedColumn[],
  groups: Int32Array,
  read: (column: ImportedColumn, into: Int32Array, of: Of) => Promise<Int32Array>,
): Promise<Int32Array> {
  for (const column of columns) {
    const numbers = new Map<string, number>();
    await read(column, groups, (staged, row) => {
      const key = `${groups[row]} ${String(staged)}`;
      const known = numbers.get(key) ?? numbers.size;
      numbers.set(key, known);
      return known;
    });
  }
  return groups;
}

async function fill<T extends Int32Array | Float64Array>(
  { index, values }: ImportedColumn,
  staging: string,
  into: T,
  of: Of,
): Promise<T> {
  let row = 0;
  for await (const batch of stagedRows(join(staging, stagedFile(index)), values.form)) {
    for (const staged of batch) {
      into[row] = of(staged, row);
      row++;
    }
  }
  return into;
}

function noColumn(title: string, role: string): StrataError {
  return new StrataError({
    code: 'SPLIT_COLUMN',
    message: `Rows are to be divided ${title.toLowerCase()}, but no column has the role ${role}.`,
    expected: `a column with the role ${role}`,
    fix: `Give a column the role ${role}, or divide the rows in another way.`,
  });
}
