import { dirname } from 'node:path';
import type { Problem } from '../../core/errors.ts';
import { check, type ImportContext } from '../context.ts';
import type { ImportHelper } from '../help/import-helper.ts';
import { shareOut } from '../help/share-out.ts';
import { chunksOf, type Rows } from '../snapshots/batches.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';
import { withScratch } from '../sources/scratch.ts';
import type { CheckedData, CheckRecord, LeftOut } from './check.ts';
import { records } from './registry.gen.ts';

export const checks: readonly CheckRecord[] = records;

/** A check that is to be made of a snapshot. */
export interface CheckTask {
  readonly id: string;
  readonly folder: string;
  readonly left: LeftOut;
}

/** What all checks find in a snapshot: some in another thread, where there is one. */
export async function runChecks(
  folder: string,
  left: LeftOut,
  { onProgress, signal }: ImportContext,
  helper?: ImportHelper,
): Promise<readonly Problem[]> {
  let done = 0;
  const found = await shareOut(checks, {
    here({ id, title }) {
      check(signal);
      onProgress({ stage: `Checking: ${title.toLowerCase()}`, done: done++, total: checks.length });
      return checkApart({ id, folder, left }, signal);
    },
    there: helper && {
      fits: ({ long }) => long === true,
      run: async ({ id }) => {
        const problems = await helper.check({ id, folder, left });
        done++;
        return problems;
      },
    },
  });
  return found.flat();
}

/** Makes one check. Reads the snapshot part by part, some rows at a time; memory stays flat. */
export async function checkApart(
  { id, folder, left }: CheckTask,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const snapshot = await openSnapshot(folder);
  try {
    const { run } = checks.find((record) => record.id === id)!;
    const use = (scratch: string) => run(checkedData(snapshot, left, scratch, signal));
    return await withScratch(use, dirname(folder), '.checking-');
  } finally {
    await snapshot.close();
  }
}

function checkedData(rows: Rows, left: LeftOut, scratch: string, signal: AbortSignal): CheckedData {
  return {
    schema: rows.schema,
    left,
    scratch,
    batches: (split, column) => chunksOf(rows, split, column, signal),
    read(split, { name }, ...range) {
      check(signal);
      return rows.read(split, name, ...range);
    },
  };
}
