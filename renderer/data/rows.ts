import { SPLITS, type DatasetSchema } from '../../engine/core/dataset.ts';

/** Rows of all parts together. */
export function rowsOf(schema: DatasetSchema): number {
  return SPLITS.reduce((sum, split) => sum + schema.rows[split], 0);
}

/** `1 run`, `3 runs` */
export const formatRuns = (runs: number): string => (runs === 1 ? '1 run' : `${runs} runs`);
