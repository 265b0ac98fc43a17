import { fileURLToPath } from 'node:url';

/** Real data sets for tests. They are not part of the project: many licences forbid it. */
export const SHARED_DATA =
  process.env.STRATA_SHARED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
