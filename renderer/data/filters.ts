import type { Column } from '../../engine/core/dataset.ts';
import type { RowFilter } from '../../engine/process/protocol.ts';
import { lookOf } from './columns.ts';

export const canFilter = (column: Column): boolean => lookOf(column) !== 'tensor';

/** A filter of a column that leaves every row in, or the rows of the first class. */
export function beginFilter(column: Column): RowFilter {
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
  filters.filter((filter) =>
    'contains' in filter
      ? filter.contains !== ''
      : 'is' in filter || filter.least !== undefined || filter.most !== undefined,
  );
