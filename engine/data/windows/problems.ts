import { SPLITS, type Column } from '../../core/dataset.ts';
import { StrataError, type Problem } from '../../core/errors.ts';
import type { ImportRequest, WindowChoice } from '../../core/import.ts';
import { formatStep } from './steps.ts';
import type { ImportedColumn } from '../columns.ts';
import type { StagedBatch } from '../kinds/kind.ts';
import { isMissing } from '../kinds/missing.ts';
import type { Series } from './series.ts';

/** What can be wrong with a series. */

/** Share of rows at the same time as another one that is no slip any more. */
const MOST_REPEATED = 0.1;

/** Numbers that a category may need in every step. */
const MOST_CLASSES = 100;

/** Throws `WINDOW_CLASSES`. */
export function requireFewClasses(name: string, { classes = [] }: Pick<Column, 'classes'>): void {
  if (classes.length <= MOST_CLASSES) return;
  throw new StrataError({
    code: 'WINDOW_CLASSES',
    message: `The column "${name}" has too many classes for windows, where each is a number in every step.`,
    where: `column "${name}"`,
    got: `${classes.length} classes`,
    expected: `at most ${MOST_CLASSES}`,
    fix: 'Join the rare ones (Most classes, in the settings of the column), or ignore the column.',
  });
}

/** Rows that are left out since there is another one at their time. Throws `WINDOW_TIMES_REPEAT`. */
export function repeatedTimes(
  { repeated, order }: Series,
  { time, group }: WindowChoice,
  onBadRow: ImportRequest['onBadRow'],
): readonly Problem[] {
  const problem: Problem = {
    code: 'WINDOW_TIMES_REPEAT',
    message: `Several rows have the same time in column "${time}".`,
    where: `column "${time}"`,
    got: `${repeated.length} rows at the time of another one`,
    expected: group === undefined ? 'one row for each time' : `one row for each time and each "${group}"`,
    fix: 'Choose the column that tells the series apart as the group, or join the rows of one time.',
  };
  if (repeated.length > MOST_REPEATED * (order.length + repeated.length)) throw new StrataError(problem);
  const problems = repeated.map((row) => ({
    code: 'WINDOW_ROW_REPEATED',
    message: `Row ${row + 1} has the same time as another one before it. It was left out.`,
    where: `row ${row + 1}, column "${time}"`,
    fix: 'Join the rows of one time, or leave it so.',
  }));
  if (onBadRow === 'stop' && problems.length > 0) throw new StrataError(problems[0]);
  return problems;
}

/** Throws `WINDOW_TOO_SHORT` where there is nothing to train on. */
export function requireWindows(
  [train]: readonly (readonly number[])[],
  series: Series,
  windows: WindowChoice,
): void {
  if (train.length > 0) return;
  const { length, horizon } = windows;
  const rows = stepsIn(series, 0);
  throw new StrataError({
    code: 'WINDOW_TOO_SHORT',
    message: 'The series is too short for these windows.',
    got: `${rows} steps to train on${series.bounds.length > 2 ? ` in ${series.bounds.length - 1} groups` : ''}`,
    expected: `at least ${length + horizon} steps in a row: ${length} that are seen and ${horizon} to predict`,
    fix: 'Choose shorter windows or a smaller share for validation and test.',
  });
}

const stepsIn = ({ parts }: Series, part: number): number => parts.filter((own) => own === part).length;

export function warningsOf(
  series: Series,
  starts: readonly (readonly number[])[],
  windows: WindowChoice,
): readonly Problem[] {
  const { time, length, horizon, maxGap } = windows;
  const { step, gaps, order, sorted } = series;
  const warnings: Problem[] = [];
  if (!sorted) {
    warnings.push({
      code: 'WINDOW_SORTED',
      message: `The rows were not in the order of "${time}". They were sorted.`,
      where: `column "${time}"`,
      fix: 'Nothing needs to be done.',
    });
  }
  if (step && gaps > 0) {
    warnings.push({
      code: 'WINDOW_GAPS',
      message: `Not all steps are equally long: ${gaps} of ${order.length - 1} are not ${formatStep(step)}.`,
      where: `column "${time}"`,
      got: 'rows that are missing, or times that are not regular',
      fix:
        maxGap === undefined
          ? 'Windows take the rows as they follow each other. Put in the rows that are missing, or set a widest gap, if that is not what you want.'
          : `Windows across gaps of more than ${maxGap} missing steps were left out.`,
    });
  }
  for (const [part, own] of starts.entries()) {
    const steps = stepsIn(series, part);
    if (own.length > 0 || steps === 0) continue;
    warnings.push({
      code: 'WINDOW_PART_EMPTY',
      message: `The ${SPLITS[part]} part is too short for a window.`,
      got: `${steps} steps`,
      expected: `at least ${length + horizon}`,
      fix: 'Give it a larger share of the rows, or choose shorter windows.',
    });
  }
  return warnings;
}

/** What became of the steps of an input, in the order of the series, that have no value. */
export function filledIn(
  { name, values }: ImportedColumn,
  steps: StagedBatch,
  { stretches }: Series,
  { fill }: WindowChoice,
): Problem {
  const begins = new Set(stretches);
  let [missing, run, longest] = [0, 0, 0];
  for (const [place, value] of steps.entries()) {
    if (begins.has(place)) run = 0;
    run = isMissing(value, values) ? run + 1 : 0;
    missing += Number(run > 0);
    longest = Math.max(longest, run);
  }
  const became = fill === 'linear' ? 'a line between their neighbours' : 'the value before';
  return {
    code: 'WINDOW_FILLED',
    message: `Of ${steps.length} steps of "${name}" ${missing} have no value, at most ${longest} in a row. They were filled in with ${became}.`,
    where: `column "${name}"`,
    fix: 'Leave it so, or import again with another way to fill them in.',
  };
}
