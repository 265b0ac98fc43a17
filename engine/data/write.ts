import { SPLITS, type Column, type DatasetSchema, type Split } from '../core/dataset.ts';
import type { ImportRequest } from '../core/import.ts';
import type { ImportedColumn } from './columns.ts';
import { check, type ImportContext } from './context.ts';
import type { ImportHelper } from './help/import-helper.ts';
import { shareOut } from './help/share-out.ts';
import { kindOf } from './kinds/catalogue.ts';
import { assignSplits } from './split.ts';
import type { Staged } from './stage.ts';
import { writeColumn, type WriteFolders } from './write-column.ts';

/** Writes staged rows into the parts of a snapshot, column by column; some of them in another thread, where there is one. */
export async function writeRows(
  columns: readonly ImportedColumn[],
  staged: Staged,
  folders: WriteFolders,
  { split, normalise, missing }: ImportRequest,
  { onProgress, signal }: ImportContext,
  helper: ImportHelper | undefined,
): Promise<Pick<DatasetSchema, 'columns' | 'rows'>> {
  const assignment = await assignSplits(staged, split, columns, folders.staging);
  const policy = { normalise, missing };
  let done = 0;
  const written = await shareOut<ImportedColumn, Column>(columns, {
    async here(column, number) {
      check(signal);
      onProgress({ stage: `Writing ${column.name}`, done: done++, total: columns.length });
      return writeColumn({ column, number, folders, assignment, policy }, signal);
    },
    there: helper && {
      fits: ({ kind }) => kindOf(kind).apart === true,
      async run(column, number) {
        const { values: _, ...described } = column;
        const answer = await helper.column({ column: described, number, folders, assignment, policy });
        done++;
        return answer;
      },
    },
  });
  return { columns: written, rows: countRows(assignment) };
}

function countRows(assignment: Uint8Array): Record<Split, number> {
  const counts = SPLITS.map(() => 0);
  for (let row = 0; row < assignment.length; row++) counts[assignment[row]]++;
  return Object.fromEntries(SPLITS.map((split, part) => [split, counts[part]])) as Record<Split, number>;
}
