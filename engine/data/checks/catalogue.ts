import type { Problem } from '../../core/errors.ts';
import { chunksOf, type Rows } from '../snapshots/batches.ts';
import { check, type ImportContext } from '../context.ts';
import type { CheckedData, CheckRecord, LeftOut } from './check.ts';
import { records } from './registry.gen.ts';

export const checks: readonly CheckRecord[] = records;

/** What all checks find in a data set. Reads it part by part, some rows at a time; memory stays flat. */
export async function runChecks(
  rows: Rows,
  left: LeftOut,
  scratch: string,
  { onProgress, signal }: ImportContext,
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  const data: CheckedData = {
    schema: rows.schema,
    left,
    scratch,
    batches: (split, column) => chunksOf(rows, split, column, signal),
    read(split, { name }, ...range) {
      check(signal);
      return rows.read(split, name, ...range);
    },
  };
  for (const [at, { title, run }] of checks.entries()) {
    check(signal);
    onProgress({ stage: `Checking: ${title.toLowerCase()}`, done: at, total: checks.length });
    found.push(...(await run(data)));
  }
  return found;
}
