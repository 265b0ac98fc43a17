import { StrataError } from '../../core/errors.ts';

/** A column that nothing can be learned from. */
export function emptyColumn(name: string): StrataError {
  return new StrataError({
    code: 'COLUMN_EMPTY',
    message: `Column "${name}" has no values at all.`,
    where: `column "${name}"`,
    got: 'only missing values',
    expected: 'at least one value',
    fix: 'Leave the column out of the import.',
  });
}
