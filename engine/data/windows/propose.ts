import { parseParams } from '../../core/fields.ts';
import type { ColumnChoice, WindowProposal } from '../../core/import.ts';
import type { Cell, ReaderColumn } from '../format.ts';
import { kindOf } from '../kinds/catalogue.ts';
import { formatStep, stepOf, usualLength, type UsualStep } from './steps.ts';

/** Share of the rows that must follow each other by one step. */
const REGULAR = 0.9;
/** Fewer rows are no series. */
const FEWEST_ROWS = 24;
/** The series is at least so many times as long as a window, so that the smaller parts have some of them. */
const WINDOWS_IN_ROWS = 10;

/** Different values of a category that is proposed as an input: each is a number in every step. */
const MOST_CLASSES = 20;

type Rows = readonly (readonly Cell[])[];

/**
 * Windows for a table whose only column of dates goes on in regular steps, for all rows or for each value of another column. Columns
 * that cannot be part of windows are ignored. Undefined where it is no such table.
 */
export function proposeWindows(columns: readonly ReaderColumn[], rows: Rows): WindowProposal | undefined {
  const dates = columns.filter(({ kind }) => kindOf(kind).roles?.includes('time'));
  if (dates.length !== 1 || rows.length < FEWEST_ROWS) return undefined;
  const [date] = dates;
  const times = timesOf(date, rows, columns.indexOf(date));
  const found = stepsIn(columns, date, times, rows);
  const choices = columns.map((column, at) =>
    choiceFor(
      column,
      date.name,
      found?.group,
      rows.map((row) => row[at]),
    ),
  );
  const targets = choices.filter(({ role }) => role === 'target');
  const inputs = choices.filter(({ role }) => role === 'input');
  const target = targets[0] ?? inputs.findLast(({ kind }) => canFollow(kind));
  if (!found || !target) return undefined;
  const { step, group, steps } = found;
  const length = Math.max(2, Math.min(usualLength(step), Math.floor(steps / WINDOWS_IN_ROWS)));
  return {
    time: date.name,
    ...(group !== undefined && { group }),
    length,
    horizon: 1,
    stride: 1,
    columns: choices.map((choice) => (choice === target ? { ...choice, role: 'target' } : choice)),
    reason:
      `Column "${date.name}" is a date in regular steps of ${formatStep(step)}` +
      `${group === undefined ? '' : ` for each "${group}"`}: the rows can be windows of ${length} steps, with the next one to predict.`,
  };
}

function timesOf(column: ReaderColumn, rows: Rows, at: number): number[] {
  const kind = kindOf(column.kind);
  const { params } = parseParams(kind.fields, column.options ?? {});
  const { stage, time } = kind.begin({ ...column, role: 'time' }, params, new Map());
  return rows.map((row) => {
    const staged = row[at] === null ? undefined : stage(row[at]);
    return staged === undefined ? Number.NaN : time!(staged);
  });
}

interface Found {
  readonly step: UsualStep;
  readonly group?: string;
  /** Rows of the longest series. */
  readonly steps: number;
}

function stepsIn(
  columns: readonly ReaderColumn[],
  date: ReaderColumn,
  times: readonly number[],
  rows: Rows,
): Found | undefined {
  const alone = regular([times]);
  if (alone) return alone;
  for (const [at, { name, kind }] of columns.entries()) {
    if (name === date.name || kindOf(kind).fixed) continue;
    const groups = Map.groupBy(times.keys(), (row) => String(rows[row][at]));
    const found = regular([...groups.values()].map((own) => own.map((row) => times[row])));
    if (found) return { ...found, group: name };
  }
  return undefined;
}

/** The step that all series keep to; undefined where one does not, or where times repeat. */
function regular(all: readonly (readonly number[])[]): Found | undefined {
  const known = all.map((times) => times.filter((time) => !Number.isNaN(time)));
  if (known.some((times) => times.length < 3 || new Set(times).size < times.length)) return undefined;
  const steps = known.map((times) => stepOf(times.toSorted((a, b) => a - b))!);
  const [step] = steps;
  if (steps.some(({ unit, count, share }) => unit !== step.unit || count !== step.count || share < REGULAR))
    return undefined;
  return { step, steps: Math.max(...known.map(({ length }) => length)) };
}

/** True for kinds of which the next steps can be predicted. */
const canFollow = (kind: string): boolean => {
  const { steps, roles } = kindOf(kind);
  return steps !== undefined && roles?.includes('target') === true;
};

function choiceFor(
  { name, role, kind, options }: ReaderColumn,
  time: string,
  group: string | undefined,
  cells: readonly Cell[],
): ColumnChoice {
  if (name === time) return { name, role: 'time', kind, options };
  if (name === group) return { name, role: 'group', kind, options };
  if (role === 'ignore' || canFollow(kind)) return { name, role, kind, options };
  // Few different whole numbers look like classes, but here they are counts.
  const numbers = cells.every((cell) => cell === null || !Number.isNaN(Number(cell)));
  if (numbers) return { name, role, kind: 'number' };
  const classes = new Set(cells).size;
  const telling = classes > 1 && classes <= MOST_CLASSES && kindOf(kind).steps !== undefined;
  return { name, role: telling ? 'input' : 'ignore', kind, options };
}
