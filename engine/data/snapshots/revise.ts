import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SPLITS, type Column, type DatasetSchema } from '../../core/dataset.ts';
import { columnNamed } from '../../core/binding.ts';
import type { ImportResult } from '../../core/import.ts';
import { changed, type ReviseRequest } from '../../core/revise.ts';
import type { ImportContext } from '../context.ts';
import { inRole, standardise } from '../fitting/moments.ts';
import { HALF_MADE, withScratch } from '../sources/scratch.ts';
import { adopt, bytesOf, hashSnapshot, share, writeJson } from './seal.ts';
import { IMPORT_FILE, openSnapshot, SCHEMA_FILE, shardFiles, type Snapshot } from './snapshot.ts';

/**
 * Makes a snapshot of another one whose columns have other names or roles. The shards are shared, and the old snapshot stays as it
 * is. Throws what `changed` throws, `DATA_COLUMN_UNKNOWN`, and what opening a snapshot throws.
 */
export async function reviseDataset(request: ReviseRequest, context: ImportContext): Promise<ImportResult> {
  const snapshot = await openSnapshot(request.dataset);
  try {
    for (const { column } of request.columns) columnNamed(snapshot.schema, column);
    const columns = scaledAnew(changed(snapshot.schema.columns, request.columns), snapshot.schema.columns);
    const schema: DatasetSchema = { ...snapshot.schema, name: request.name, columns };
    const work = (temporary: string): Promise<ImportResult> =>
      revise(join(temporary, 'snapshot'), snapshot, schema, request, context);
    return await withScratch(work, request.folder, HALF_MADE);
  } finally {
    await snapshot.close();
  }
}

async function revise(
  target: string,
  snapshot: Snapshot,
  schema: DatasetSchema,
  request: ReviseRequest,
  { onProgress, signal }: ImportContext,
): Promise<ImportResult> {
  for (const split of SPLITS) await mkdir(join(target, split), { recursive: true });
  for (const { path } of shardFiles(schema)) await share(join(snapshot.folder, path), join(target, path));
  await writeJson(join(target, SCHEMA_FILE), schema);
  const record = JSON.parse(await readFile(join(snapshot.folder, IMPORT_FILE), 'utf8')) as object;
  await writeJson(join(target, IMPORT_FILE), {
    ...record,
    revised: { from: snapshot.hash, columns: request.columns },
  });
  onProgress({ stage: 'Computing the hash', done: 0, total: null });
  const hash = await hashSnapshot(target, schema, signal);
  const folder = join(request.folder, hash);
  await adopt(target, folder);
  return {
    hash,
    folder,
    schema,
    bytes: await bytesOf(folder, schema),
    skipped: [],
    skippedTotal: 0,
    warnings: [],
  };
}

/** Real numbers are scaled where their new role wants it: inputs as they come in, targets inside of their loss. */
function scaledAnew(columns: readonly Column[], before: readonly Column[]): Column[] {
  const normalises = before.some(
    ({ dtype, normalisation, scaling }) => dtype === 'f32' && (normalisation ?? scaling),
  );
  return columns.map((column, at) => {
    const { normalisation, scaling, ...rest } = column;
    if (column.role === before[at].role || column.role === 'ignore' || column.dtype !== 'f32') return column;
    const { statistics } = column;
    // Weights of rows are scaled by rules of their own.
    const known = before[at].role === 'weight' ? undefined : (normalisation ?? scaling);
    const affine = known ?? (normalises && statistics ? standardise([statistics]) : undefined);
    return { ...rest, ...(affine && inRole(column.role, affine)) };
  });
}
