import type { ColumnChoice, WindowChoice } from '../../engine/process/protocol.ts';
import { formatCount } from '../ui/format.ts';

/** How windows are cut: the columns' roles say of what. */
export type WindowCounts = Pick<WindowChoice, 'length' | 'horizon' | 'stride'>;

/** Used where the rows suggest nothing. */
export const DEFAULT_WINDOWS: WindowCounts = { length: 12, horizon: 1, stride: 1 };

const steps = (count: number): string => `${formatCount(count)} ${count === 1 ? 'step' : 'steps'}`;

const namesOf = (columns: readonly ColumnChoice[], ...roles: readonly ColumnChoice['role'][]): string =>
  columns
    .filter(({ role }) => roles.includes(role))
    .map(({ name }) => name)
    .join(', ');

/** What one row of the data set will be. What is known ahead is an input, the time too. */
export function describeWindow(
  columns: readonly ColumnChoice[],
  { length, horizon }: WindowCounts,
  ahead: readonly string[],
): string {
  const inputs = columns.map((column) =>
    ahead.includes(column.name) ? { ...column, role: 'input' as const } : column,
  );
  const seen = namesOf(inputs, 'input', 'target') || 'no columns yet';
  const next = namesOf(columns, 'target') || 'no target yet';
  const following = `the next ${horizon === 1 ? 'step' : steps(horizon)}`;
  const known = ahead.length > 0 ? `, ${following} of ${ahead.join(', ')}, which are known` : '';
  return `Each row: ${steps(length)} of ${seen}${known}, and ${following} of ${next} to predict.`;
}

/**
 * Windows that a series of so many rows has in each of the parts, which share no steps. Where there are several series it is fewer.
 */
export function countWindows(
  rows: number,
  { validation, test }: { readonly validation: number; readonly test: number },
  { length, horizon, stride }: WindowCounts,
): number {
  const held = [Math.round(rows * validation), Math.round(rows * test)];
  const parts = [rows - held[0] - held[1], ...held];
  const windowsIn = (own: number): number => Math.max(0, Math.floor((own - length - horizon) / stride) + 1);
  return parts.reduce((sum, own) => sum + windowsIn(own), 0);
}
