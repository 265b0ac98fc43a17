import { StrataError } from '../../core/errors.ts';
import { WINDOW_FILLS, type ColumnChoice, type WindowChoice } from '../../core/import.ts';
import { chooseColumns, type ImportedColumn } from '../columns.ts';
import type { ReaderColumn } from '../format.ts';
import { kindOf } from '../kinds/catalogue.ts';
import { tellsMissing } from '../kinds/missing.ts';

/** Columns of a table whose rows are the steps of a series. */
export interface SeriesColumns {
  readonly windows: WindowChoice;
  /** All of them, each read once: what is to be predicted is read as an input, too. */
  readonly columns: readonly ImportedColumn[];
  readonly time: ImportedColumn;
  readonly group: ImportedColumn | undefined;
  /** Names of the columns whose next steps are to be predicted. */
  readonly targets: ReadonlySet<string>;
}

/** Throws what choosing columns throws, and `WINDOW_INVALID`, `WINDOW_TIME`, `WINDOW_KIND` or `WINDOW_NO_TARGET`. */
export function chooseSeries(
  columns: readonly ReaderColumn[],
  choices: readonly ColumnChoice[],
  windows: WindowChoice,
): SeriesColumns {
  requireCounts(windows);
  requireFill(windows);
  const roles = columns.map((column) => roleIn(column, choices, windows));
  const chosen = chooseColumns(columns, [
    ...roles.map((choice) => (choice.role === 'target' ? { ...choice, role: 'input' as const } : choice)),
    ...choices.filter(({ name }) => !columns.some((column) => column.name === name)),
    ...namesOf(windows)
      .filter((name) => !columns.some((column) => column.name === name))
      .map((name) => ({ name, role: 'time', kind: 'date' }) as const),
  ]);
  const time = chosen.find(({ name }) => name === windows.time)!;
  if (!time.values.time) throw noTime(time);
  const targets = new Set(roles.flatMap(({ name, role }) => (role === 'target' ? [name] : [])));
  if (targets.size === 0) throw noTarget();
  requireAhead(chosen, targets, windows);
  for (const column of chosen) {
    requireSteps(column, targets.has(column.name));
    if (tellsMissing(column)) throw noIndicator(column);
  }
  return {
    windows,
    columns: chosen,
    time,
    group: chosen.find(({ name }) => name === windows.group),
    targets,
  };
}

const namesOf = ({ time, group }: WindowChoice): string[] => [time, ...(group === undefined ? [] : [group])];

/** The time may be an input, too, if somebody says so, or that it is known ahead; a proposal is no such word. */
function roleIn(
  { name, role, kind, options }: ReaderColumn,
  choices: readonly ColumnChoice[],
  { time, group, ahead }: WindowChoice,
): ColumnChoice {
  const said = choices.find((choice) => choice.name === name);
  const choice = said ?? { name, role, kind, options };
  if (name === time) {
    const seen = said?.role === 'input' || ahead?.includes(name);
    return { ...choice, role: seen ? 'input' : 'time' };
  }
  return name === group ? { ...choice, role: 'group' } : choice;
}

function requireSteps({ name, role, kind }: ImportedColumn, target: boolean): void {
  const { steps, roles } = kindOf(kind);
  if (role !== 'input' || (steps && (!target || roles?.includes('target')))) return;
  throw new StrataError({
    code: 'WINDOW_KIND',
    message: `The column "${name}" (${kind}) cannot be part of windows.`,
    where: `column "${name}"`,
    got: kind,
    expected: target ? 'numbers' : 'numbers, dates and categories',
    fix: 'Ignore the column, or make it the group if it tells several series apart.',
  });
}

/** What is to be predicted is not known ahead, and what the model does not see is of no use to it. */
function requireAhead(
  columns: readonly ImportedColumn[],
  targets: ReadonlySet<string>,
  { ahead = [] }: WindowChoice,
): void {
  const inputs = columns.filter(({ name, role }) => role === 'input' && !targets.has(name));
  const wrong = ahead.find((name) => !inputs.some((column) => column.name === name));
  if (wrong === undefined) return;
  throw new StrataError({
    code: 'WINDOW_AHEAD',
    message: `The column "${wrong}" cannot be known ahead.`,
    where: `column "${wrong}"`,
    got: targets.has(wrong) ? 'a target' : 'no input',
    expected: `input columns or the time: ${inputs.map(({ name }) => name).join(', ')}`,
    fix: 'Make it an input, or leave it out of the columns that are known ahead.',
  });
}

function requireCounts({ length, horizon, stride, maxGap = 0 }: WindowChoice): void {
  for (const [name, value, least] of [
    ['length', length, 1],
    ['horizon', horizon, 1],
    ['stride', stride, 1],
    ['widest gap', maxGap, 0],
  ] as const) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new StrataError({
      code: 'WINDOW_INVALID',
      message: `The ${name} of windows is a number of steps.`,
      got: String(value),
      expected: `a whole number of at least ${least}`,
      fix: `Correct the ${name}.`,
    });
  }
}

function requireFill({ fill }: WindowChoice): void {
  if (fill === undefined || WINDOW_FILLS.includes(fill)) return;
  throw new StrataError({
    code: 'WINDOW_FILL',
    message: 'Missing numbers in windows cannot be filled in like this.',
    got: String(fill),
    expected: WINDOW_FILLS.join(' or '),
    fix: 'Choose one of these.',
  });
}

function noTime({ name, kind }: ImportedColumn): StrataError {
  return new StrataError({
    code: 'WINDOW_TIME',
    message: `The column "${name}" does not tell the time.`,
    where: `column "${name}"`,
    got: kind,
    expected: 'a column of dates, or of numbers that grow',
    fix: 'Choose another column for the time.',
  });
}

function noTarget(): StrataError {
  return new StrataError({
    code: 'WINDOW_NO_TARGET',
    message: 'No column has the role target, so windows have nothing to predict.',
    expected: 'at least one target column of numbers',
    fix: 'Give the column that is to be predicted the role target.',
  });
}

function noIndicator({ name }: ImportedColumn): StrataError {
  return new StrataError({
    code: 'WINDOW_INDICATOR',
    message: `In windows no model can be told where values of "${name}" are missing: they become the value before.`,
    where: `column "${name}"`,
    fix: 'Switch this setting of the column off, or import the rows without windows.',
  });
}
