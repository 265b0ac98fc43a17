import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportRecord } from '../../core/import.ts';
import { IMPORT_FILE } from './snapshot.ts';

/** What is kept of the import of a snapshot. One that is damaged tells nothing: the data do not need it. */
export async function readImportRecord(folder: string): Promise<ImportRecord> {
  const nothing: ImportRecord = { source: '', format: '', skipped: [], skippedTotal: 0, warnings: [] };
  try {
    const record = JSON.parse(await readFile(join(folder, IMPORT_FILE), 'utf8')) as Partial<ImportRecord>;
    return { ...nothing, ...record };
  } catch {
    return nothing;
  }
}
