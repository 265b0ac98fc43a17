import { SPLITS, type DatasetSchema } from '../../engine/core/dataset.ts';

/** Rows of all parts together. */
export function rowsOf(schema: DatasetSchema): number {
  return SPLITS.reduce((sum, split) => sum + schema.rows[split], 0);
}
