import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SPLITS, type DatasetSchema } from '../core/dataset.ts';
import { StrataError, type Problem } from '../core/errors.ts';
import type { ImportRequest, ImportResult } from '../core/import.ts';
import { runChecks } from './checks/catalogue.ts';
import { chooseColumns } from './columns.ts';
import { check, type ImportContext } from './context.ts';
import { ImportHelper } from './help/import-helper.ts';
import { openRequest, type OpenedSource } from './open.ts';
import { paced } from './pace.ts';
import { HALF_MADE, withScratch } from './sources/scratch.ts';
import { unchanged } from './sources/unchanged.ts';
import { adopt, bytesOf, hashSnapshot, syncShards, writeJson } from './snapshots/seal.ts';
import { IMPORT_FILE, SCHEMA_FILE } from './snapshots/snapshot.ts';
import { KEPT_PROBLEMS, stageRows, type Staged } from './stage.ts';
import { namedParts } from './split.ts';
import { chooseSeries } from './windows/choose.ts';
import { writeWindows } from './windows/write.ts';
import { writeRows } from './write.ts';

/** A source that is smaller is imported before another thread could help. */
const WORTH_HELP = 32 * 2 ** 20;

/**
 * Reads a source into an immutable snapshot. Rows are staged column by column on disk, divided into parts, and written with
 * statistics of the training part; memory stays flat. Whatever ends it early (cancel, error, full disk) leaves nothing behind.
 */
export function importDataset(request: ImportRequest, context: ImportContext): Promise<ImportResult> {
  return withScratch((temporary) => importInto(temporary, request, context), request.folder, HALF_MADE);
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
  const { path } = request.source;
  const opened = await unchanged(path, () => openRequest(request.source, unpacked, context));
  const { reader, bytes } = opened;
  const series = request.windows && chooseSeries(reader.columns, request.columns, request.windows);
  const columns = series?.columns ?? chooseColumns(reader.columns, request.columns);
  for (const split of SPLITS) await mkdir(join(target, split), { recursive: true });
  const helper = bytes >= WORTH_HELP ? new ImportHelper(context.signal) : undefined;
  try {
    const onProgress = paced(context.onProgress, bytes);
    const staged = await unchanged(path, () =>
      stageRows(reader, columns, staging, request, { ...context, onProgress }),
    );
    requireRows(staged, request);
    const folders = { staging, target };
    const written = series
      ? await writeWindows(series, staged, folders, request, context)
      : {
          ...(await writeRows(columns, staged, folders, request, context, helper)),
          skipped: [],
          warnings: [],
        };
    return await seal(target, opened, staged, written, request, context, helper);
  } finally {
    await helper?.close();
  }
}

type Written = Pick<DatasetSchema, 'columns' | 'rows'> & {
  readonly skipped: readonly Problem[];
  readonly warnings: readonly Problem[];
};

/** Checks and hashes a snapshot that is written, tells how it was made, and puts it in place. */
async function seal(
  target: string,
  { reader, format, options }: OpenedSource,
  staged: Staged,
  { skipped, warnings: noticed, ...content }: Written,
  request: ImportRequest,
  context: ImportContext,
  helper: ImportHelper | undefined,
): Promise<ImportResult> {
  const schema: DatasetSchema = { version: 1, name: request.name, ...content };
  await writeJson(join(target, SCHEMA_FILE), schema);
  // The disk is busy while the processor is. Nothing goes on with files that are being removed: all have ended before an error is passed on.
  const work = [
    runChecks(target, staged, context, helper),
    hashSnapshot(target, schema, context.signal),
    syncShards(target, schema, context.signal),
  ] as const;
  await Promise.allSettled(work);
  const [found, hash] = await Promise.all(work);
  // What led to something being left out is told there.
  const read = reader.warnings.filter((warning) => !staged.problems.includes(warning));
  const told = {
    skipped: [...staged.problems, ...skipped].slice(0, KEPT_PROBLEMS),
    skippedTotal: staged.problemTotal + skipped.length,
    warnings: [...[...read, ...noticed].slice(0, KEPT_PROBLEMS), ...found],
  };
  const { columns, missing, split, windows } = request;
  await writeJson(join(target, IMPORT_FILE), {
    source: request.source.path,
    format: format.id,
    options,
    ...{ columns, missing, split, windows },
    ...told,
    targetless: staged.targetless,
    named: namedParts(staged.given),
  });
  check(context.signal);
  const folder = join(request.folder, hash);
  await adopt(target, folder);
  return { hash, folder, schema, bytes: await bytesOf(folder, schema), ...told };
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
    fix: problems[0]?.fix ?? 'Check the types of the columns and how missing values are treated.',
  });
}
