import { choice, int } from '../../core/fields.ts';

/** Options of tables whose cells do not say by themselves where the table begins and whether its first row names the columns. */
export const headFields = {
  skip: int({
    label: 'Rows before the table',
    help: 'How many rows at the beginning are left out; empty ones do not count.',
    default: 0,
    min: 0,
  }),
  header: choice({
    label: 'First row',
    help: 'Whether the first row names the columns.',
    default: 'names' as 'names' | 'values',
    options: [
      { value: 'names', label: 'names of columns' },
      { value: 'values', label: 'values' },
    ],
  }),
};
