import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppendRequest } from '../../core/append.ts';
import { SPLITS, type DatasetSchema } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import type { ImportRecord, ImportResult } from '../../core/import.ts';
import { completeMasks, openMasks } from './append-masks.ts';
import { Appender, type Appended } from './appender.ts';
import { check, type ImportContext } from '../context.ts';
import type { Reader } from '../format.ts';
import { runChecks } from '../checks/catalogue.ts';
import { readImportRecord } from './import-record.ts';
import { formats, openRequest } from '../open.ts';
import { listed } from '../tables/rows.ts';
import { paced } from '../pace.ts';
import { withScratch } from '../sources/scratch.ts';
import { unchanged } from '../sources/unchanged.ts';
import { adopt, bytesOf, hashSnapshot, share, syncShards, writeJson } from './seal.ts';
import { IMPORT_FILE, openSnapshot, SCHEMA_FILE, shardFile, shardFiles, type Snapshot } from './snapshot.ts';
import { KEPT_PROBLEMS } from '../stage.ts';
import { TensorWriter } from '../staging.ts';

/**
 * Makes a snapshot of another one with more rows in one part, stored by what was fitted for the first ones; the old snapshot stays as it is.
 * Rows that do not fit are left out and listed. Whatever ends it early leaves nothing behind. Throws `APPEND_WINDOWS`, `APPEND_COLUMN`,
 * `APPEND_NO_ROWS`, and what opening a source and a snapshot throws.
 */
export async function appendRows(request: AppendRequest, context: ImportContext): Promise<ImportResult> {
  const snapshot = await openSnapshot(request.dataset);
  try {
    if (snapshot.schema.windows) throw ofWindows(snapshot.schema.name);
    const work = (temporary: string) => appendInto(temporary, snapshot, request, context);
    return await withScratch(work, request.folder, '.importing-');
  } finally {
    await snapshot.close();
  }
}

async function appendInto(
  temporary: string,
  snapshot: Snapshot,
  request: AppendRequest,
  context: ImportContext,
): Promise<ImportResult> {
  const [unpacked, target] = ['unpacked', 'snapshot'].map((name) => join(temporary, name));
  await mkdir(unpacked);
  const { format, options } = await readImportRecord(snapshot.folder);
  // A sample has no format of its own that another file could be read in.
  const recorded = formats.some(({ id }) => id === format) ? { format, options } : {};
  const source = request.source.format ? request.source : { ...recorded, ...request.source };
  const { reader, bytes } = await openRequest(source, unpacked, context);
  const places = placesOf(snapshot.schema, reader, request);
  await layShards(snapshot, target, request);
  const paces = { ...context, onProgress: paced(context.onProgress, bytes) };
  const appended = await unchanged(source.path, () =>
    readRows(reader, places, snapshot, target, request, paces),
  );
  if (appended.rows === 0) throw noRows(appended, request);
  const columns = await completeMasks(snapshot, appended.columns, request.part, target);
  return seal(target, snapshot, { ...appended, columns }, request, context);
}

/** Where the values of each column stand in the rows of the source. */
function placesOf({ columns }: DatasetSchema, reader: Reader, { source }: AppendRequest): number[] {
  const names = reader.columns.map(({ name }) => name);
  const lacking = columns.find(({ name }) => !names.includes(name));
  if (!lacking) return columns.map(({ name }) => names.indexOf(name));
  throw new StrataError({
    code: 'APPEND_COLUMN',
    message: `The new rows have no column "${lacking.name}".`,
    where: source.path,
    got: names.join(', '),
    expected: columns.map(({ name }) => name).join(', '),
    fix: 'Name the columns as the data set does.',
  });
}

/** Values of the part that grows are copied, the files of the others are shared. */
async function layShards(
  { folder, schema }: Snapshot,
  target: string,
  { part }: AppendRequest,
): Promise<void> {
  for (const split of SPLITS) await mkdir(join(target, split), { recursive: true });
  for (const { split, path } of shardFiles(schema))
    if (split !== part) await share(join(folder, path), join(target, path));
  for (const number of schema.columns.keys())
    await copyFile(join(folder, shardFile(part, number)), join(target, shardFile(part, number)));
}

async function readRows(
  reader: Reader,
  places: readonly number[],
  snapshot: Snapshot,
  target: string,
  { part }: AppendRequest,
  { onProgress, signal }: ImportContext,
): Promise<Appended> {
  const { columns } = snapshot.schema;
  const masks = await openMasks(snapshot, part, target);
  const writers: TensorWriter[] = [];
  try {
    for (const [number, column] of columns.entries())
      writers.push(new TensorWriter(join(target, shardFile(part, number)), column, 'a'));
    const appender = new Appender(columns, writers, masks);
    for await (const { rows, problems, done } of reader.rows()) {
      check(signal);
      for (const problem of problems) appender.report(problem);
      for (const cells of listed(rows)) appender.append(places.map((place) => cells[place]));
      onProgress({ stage: 'Reading rows', done, total: reader.totalWork || null });
    }
    return appender;
  } finally {
    for (const writer of [...writers, ...masks]) writer?.close();
  }
}

async function seal(
  target: string,
  snapshot: Snapshot,
  { columns, rows, skipped, skippedTotal, targetless }: Appended,
  { part, name, source, folder: parent }: AppendRequest,
  context: ImportContext,
): Promise<ImportResult> {
  const before = snapshot.schema.rows;
  const schema = { ...snapshot.schema, name, columns, rows: { ...before, [part]: before[part] + rows } };
  await writeJson(join(target, SCHEMA_FILE), schema);
  const text = await readFile(join(snapshot.folder, IMPORT_FILE), 'utf8');
  const record = JSON.parse(text) as ImportRecord & { readonly appended?: readonly object[] };
  const left = { targetless: (record.targetless ?? 0) + targetless };
  const warnings = await runChecks(target, left, context);
  await syncShards(target, schema, context.signal);
  await writeJson(join(target, IMPORT_FILE), {
    ...record,
    skipped: [...record.skipped, ...skipped].slice(0, KEPT_PROBLEMS),
    skippedTotal: record.skippedTotal + skippedTotal,
    ...left,
    warnings,
    appended: [...(record.appended ?? []), { to: snapshot.hash, source: source.path, part, rows }],
  });
  context.onProgress({ stage: 'Computing the hash', done: 0, total: null });
  const hash = await hashSnapshot(target, schema, context.signal);
  const folder = join(parent, hash);
  await adopt(target, folder);
  return { hash, folder, schema, bytes: await bytesOf(folder, schema), skipped, skippedTotal, warnings };
}

function ofWindows(name: string): StrataError {
  return new StrataError({
    code: 'APPEND_WINDOWS',
    message: 'Rows cannot be appended to windows of a series.',
    where: name,
    expected: 'a data set without windows',
    fix: 'Import the longer series again.',
  });
}

function noRows({ skipped }: Appended, { source }: AppendRequest): StrataError {
  return new StrataError({
    code: 'APPEND_NO_ROWS',
    message: 'No row can be appended.',
    where: source.path,
    got: skipped.length > 0 ? `the first problem: ${skipped[0].message}` : 'no rows',
    expected: 'rows as the data set has them',
    fix: 'Correct the rows, or import all of the data again so that what is new in them is learned.',
  });
}
