import type { Problem } from '../../core/errors.ts';
import { chunksOf, type Rows } from '../snapshots/batches.ts';
import { check, type ImportContext } from '../context.ts';
import type { CheckRecord, LeftOut } from './check.ts';
import { records } from './registry.gen.ts';

export const checks: readonly CheckRecord[] = records;

/** What all checks find in a data set. Reads it part by part, column by column; memory stays flat but for a number per row. */
export async function runChecks(
  rows: Rows,
  left: LeftOut,
  { onProgress, signal }: ImportContext,
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  for (const [at, { title, run }] of checks.entries()) {
    check(signal);
    onProgress({ stage: `Checking: ${title.toLowerCase()}`, done: at, total: checks.length });
    const { schema } = rows;
    found.push(...(await run({ schema, left, batches: (...part) => chunksOf(rows, ...part, signal) })));
  }
  return found;
}
