import type { Column } from '../../engine/core/dataset.ts';
import type { RowFilter } from '../../engine/process/protocol.ts';
import { lookOf } from './columns.ts';

export const canFilter = (column: Column): boolean =>
  lookOf(column) !== 'tensor' || column.missingMask === true;

/** What a filter asks of a column: something of its values, or whether they were missing. */
export const CONDITIONS = ['value', 'missing', 'not missing'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Those that can be asked of a column. */
export function conditionsOf(column: Column): readonly Condition[] {
  if (!column.missingMask) return ['value'];
  return lookOf(column) === 'tensor' ? ['missing', 'not missing'] : CONDITIONS;
}

export const conditionOf = (filter: RowFilter): Condition =>
  !('missing' in filter) ? 'value' : filter.missing ? 'missing' : 'not missing';

/** A filter of a column by a condition, as it begins. */
export const withCondition = (column: Column, condition: Condition): RowFilter =>
  condition === 'value' ? valueFilter(column) : { column: column.name, missing: condition === 'missing' };

export const beginFilter = (column: Column): RowFilter => withCondition(column, conditionsOf(column)[0]);

/** A filter of a column that leaves every row in, or the rows of the first class. */
function valueFilter(column: Column): RowFilter {
  const { name, classes = [] } = column;
  switch (lookOf(column)) {
    case 'class':
      return { column: name, is: classes[0] ?? '' };
    case 'number':
      return { column: name };
    default:
      return { column: name, contains: '' };
  }
}

type RangeFilter = Extract<RowFilter, { readonly least?: number }>;

export const withRange = (filter: RowFilter, range: Pick<RangeFilter, 'least' | 'most'>): RowFilter => ({
  ...filter,
  ...range,
});

/** Filters that leave something out. */
export const telling = (filters: readonly RowFilter[]): readonly RowFilter[] =>
  filters.filter((filter) => {
    if ('contains' in filter) return filter.contains !== '';
    if ('is' in filter || 'missing' in filter) return true;
    return filter.least !== undefined || filter.most !== undefined;
  });
