import type { Column } from '../../core/dataset.ts';
import { boolean, type Params } from '../../core/fields.ts';
import type { MissingPolicy } from '../../core/import.ts';
import type { ColumnImport, FitContext, StagedRow } from './kind.ts';

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

/** True for a staged row that stands for a missing value. */
export const isMissing = (staged: StagedRow, { missing }: Pick<ColumnImport, 'missing'>): boolean =>
  missing !== undefined && Object.is(staged, missing);

/** Setting of a column: whether its missing values are told of. */
export const INDICATOR = boolean({
  label: 'Tell the model',
  help: 'Where values are missing and filled in: adds a feature to an input that is 1 for these rows and 0 for the others.',
  default: false,
});

export const tellsMissing = ({ options }: { readonly options: Params }): boolean =>
  options.indicator === true;

/** What the schema says of the setting: a column in which nothing is missing has nothing to tell. */
export const indicatorOf = (
  wanted: boolean,
  { role }: Pick<FitContext, 'role'>,
  missing: number,
): Pick<Column, 'missingIndicator'> =>
  wanted && role === 'input' && missing > 0 ? { missingIndicator: true } : {};
