import type { MissingPolicy } from '../../core/import.ts';

/** What can become of rows without a value, whatever the kind of the column. */
export const LEAVING = [
  { value: 'drop-row', label: 'leave their rows out' },
  { value: 'error', label: 'stop the import' },
] as const;

/** The policy that a column's own setting means; undefined where it has none. */
export function policyOf(missing: string): MissingPolicy | undefined {
  if (missing === 'usual') return undefined;
  return LEAVING.find(({ value }) => value === missing)?.value ?? 'fill';
}
