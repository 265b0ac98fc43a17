import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SPLITS, type DatasetSchema } from '../core/dataset.ts';
import { StrataError, type Problem } from '../core/errors.ts';
import type { ImportRequest, ImportResult } from '../core/import.ts';
import { runChecks } from './checks/catalogue.ts';
import type { LeftOut } from './checks/check.ts';
import { chooseColumns } from './columns.ts';
import { check, type ImportContext } from './context.ts';
import { openRequest } from './open.ts';
import { paced } from './pace.ts';
import { withScratch } from './sources/scratch.ts';
import { unchanged } from './sources/unchanged.ts';
import { adopt, bytesOf, hashSnapshot, syncShards, writeJson } from './snapshots/seal.ts';
import { IMPORT_FILE, openSnapshot, SCHEMA_FILE } from './snapshots/snapshot.ts';
import { KEPT_PROBLEMS, stageRows, type Staged } from './stage.ts';
import { chooseSeries } from './windows/choose.ts';
import { writeWindows } from './windows/write.ts';
import { writeRows } from './write.ts';

/**
 * Reads a source into an immutable snapshot. Rows are staged column by column on disk, divided into parts, and written with
 * statistics of the training part; memory stays flat. Whatever ends it early (cancel, error, full disk) leaves nothing behind.
 */
export async function importDataset(request: ImportRequest, context: ImportContext): Promise<ImportResult> {
  await mkdir(request.folder, { recursive: true });
  return withScratch((temporary) => importInto(temporary, request, context), request.folder, '.importing-');
}

async function importInto(
  temporary: string,
  request: ImportRequest,
  context: ImportContext,
): Promise<ImportResult> {
  const [unpacked, staging, target] = ['unpacked', 'staging', 'snapshot'].map((name) =>
    join(temporary, name),
  );
  for (const folder of [unpacked, staging]) await mkdir(folder);
  const { reader, format, options, bytes } = await openRequest(request.source, unpacked);
  const series = request.windows && chooseSeries(reader.columns, request.columns, request.windows);
  const columns = series?.columns ?? chooseColumns(reader.columns, request.columns);
  for (const split of SPLITS) await mkdir(join(target, split), { recursive: true });

  const staged = await unchanged(request.source.path, () =>
    stageRows(reader, columns, staging, request, {
      ...context,
      onProgress: paced(context.onProgress, bytes),
    }),
  );
  requireRows(staged, request);
  const folders = { staging, target };
  const {
    skipped,
    warnings: noticed,
    ...content
  } = series
    ? await writeWindows(series, staged, folders, request, context)
    : { ...(await writeRows(columns, staged, folders, request, context)), skipped: [], warnings: [] };
  const left = [...staged.problems, ...skipped].slice(0, KEPT_PROBLEMS);
  const leftTotal = staged.problemTotal + skipped.length;
  // What led to something being left out is told there.
  const read = reader.warnings.filter((warning) => !staged.problems.includes(warning));
  const warnings = [...read, ...noticed].slice(0, KEPT_PROBLEMS);
  const schema: DatasetSchema = { version: 1, name: request.name, ...content };
  await writeJson(join(target, SCHEMA_FILE), schema);
  // The disk is busy while the processor is. Nothing goes on with files that are being removed: both have ended before an error is passed on.
  const work = [checkSnapshot(target, staged, context), syncShards(target, schema, context.signal)] as const;
  await Promise.allSettled(work);
  const [found] = await Promise.all(work);
  const told = [...warnings, ...found];
  await writeJson(join(target, IMPORT_FILE), {
    source: request.source.path,
    format: format.id,
    options,
    columns: request.columns,
    missing: request.missing,
    split: request.split,
    windows: request.windows,
    skipped: left,
    skippedTotal: leftTotal,
    targetless: staged.targetless,
    warnings: told,
  });
  check(context.signal);
  const hash = await hashSnapshot(target, schema, context.signal);
  const folder = join(request.folder, hash);
  await adopt(target, folder);
  return {
    hash,
    folder,
    schema,
    bytes: await bytesOf(folder, schema),
    skipped: left,
    skippedTotal: leftTotal,
    warnings: told,
  };
}

/** What is worth knowing of a snapshot that was written. */
export async function checkSnapshot(
  folder: string,
  left: LeftOut,
  context: ImportContext,
): Promise<readonly Problem[]> {
  const snapshot = await openSnapshot(folder);
  try {
    return await withScratch(
      (scratch) => runChecks(snapshot, left, scratch, context),
      dirname(folder),
      '.checking-',
    );
  } finally {
    await snapshot.close();
  }
}

function requireRows({ rows, problems }: Staged, { source }: ImportRequest): void {
  if (rows >= 2) return;
  const counted = rows === 1 ? '1 row' : 'no rows';
  throw new StrataError({
    code: 'IMPORT_NO_ROWS',
    message: 'There are too few rows that can be used.',
    where: source.path,
    got: problems.length > 0 ? `${counted}; the first problem: ${problems[0].message}` : counted,
    expected: 'at least 2 rows',
    fix: 'Check the types of the columns and how missing values are treated.',
  });
}
