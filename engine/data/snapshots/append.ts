import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AS_BEFORE, type AppendRequest } from '../../core/append.ts';
import { SPLITS, type Column, type DatasetSchema, type Split } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import type { ImportRecord, ImportResult } from '../../core/import.ts';
import { LikeTheFirst } from './append-parts.ts';
import {
  countParts,
  FLAG,
  isKnown,
  layRows,
  waitingFlags,
  waitingForm,
  waitingRows,
} from './append-shards.ts';
import { Appender, type Appended } from './appender.ts';
import { splitColumn } from '../columns.ts';
import { check, type ImportContext } from '../context.ts';
import type { Reader } from '../format.ts';
import { runChecks } from '../checks/catalogue.ts';
import { readImportRecord } from './import-record.ts';
import { formats, openRequest } from '../open.ts';
import { listed } from '../tables/rows.ts';
import { paced } from '../pace.ts';
import { HALF_MADE, withScratch } from '../sources/scratch.ts';
import { unchanged } from '../sources/unchanged.ts';
import { adopt, bytesOf, hashSnapshot, syncShards, writeJson } from './seal.ts';
import { IMPORT_FILE, openSnapshot, SCHEMA_FILE, type Snapshot } from './snapshot.ts';
import { partNamed } from '../splits/split-names.ts';
import { KEPT_PROBLEMS } from '../stage.ts';
import { createWriter, TensorWriter, type RowWriter } from '../staging.ts';

/**
 * Makes a snapshot of another one with more rows, in one part or divided as the first ones were, stored by what was fitted for these; the
 * old snapshot stays as it is. Rows that do not fit are left out and listed. Whatever ends it early leaves nothing behind. Throws
 * `APPEND_WINDOWS`, `APPEND_COLUMN`, `APPEND_NO_ROWS`, `SPLIT_COLUMN`, and what opening a source and a snapshot throws.
 */
export async function appendRows(request: AppendRequest, context: ImportContext): Promise<ImportResult> {
  const snapshot = await openSnapshot(request.dataset);
  try {
    if (snapshot.schema.windows) throw ofWindows(snapshot.schema.name);
    const work = (temporary: string) => appendInto(temporary, snapshot, request, context);
    return await withScratch(work, request.folder, HALF_MADE);
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
  const [unpacked, waiting, target] = ['unpacked', 'waiting', 'snapshot'].map((name) =>
    join(temporary, name),
  );
  for (const folder of [unpacked, waiting]) await mkdir(folder);
  const record = await readImportRecord(snapshot.folder);
  // A sample has no format of its own that another file could be read in.
  const { format, options } = record;
  const recorded = formats.some(({ id }) => id === format) ? { format, options } : {};
  const source = request.source.format ? request.source : { ...recorded, ...request.source };
  const { reader, bytes } = await unchanged(source.path, () => openRequest(source, unpacked, context));
  const { columns } = snapshot.schema;
  const places = placesOf(snapshot.schema, reader, request);
  const like = request.part === AS_BEFORE ? new LikeTheFirst(columns, record, reader.columns) : undefined;
  await like?.learn(snapshot);
  const paces = { ...context, onProgress: paced(context.onProgress, bytes) };
  const appended = await unchanged(source.path, () =>
    readRows(
      reader,
      places,
      columns,
      waiting,
      like && { like, at: splitColumn(reader.columns, record.columns ?? []) },
      paces,
    ),
  );
  if (appended.rows === 0) throw noRows(appended, request);
  const parts =
    (await like?.parts()) ?? new Uint8Array(appended.rows).fill(SPLITS.indexOf(request.part as Split));
  const folders = { waiting, target };
  const laid = await layRows(snapshot, appended.columns, parts, folders, context.signal);
  return seal(target, snapshot, { ...appended, columns: laid }, countParts(parts), request, context);
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

/** How rows are divided, and where a row names its part; -1 where none does. */
interface Dividing {
  readonly like: LikeTheFirst;
  readonly at: number;
}

async function readRows(
  reader: Reader,
  places: readonly number[],
  columns: readonly Column[],
  waiting: string,
  dividing: Dividing | undefined,
  { onProgress, signal }: ImportContext,
): Promise<Appended> {
  const writers: RowWriter[] = [];
  const flags: (TensorWriter | undefined)[] = [];
  try {
    for (const [number, column] of columns.entries()) {
      writers.push(createWriter(waitingRows(waiting, number), waitingForm(column)));
      flags.push(isKnown(column) ? new TensorWriter(waitingFlags(waiting, number), FLAG) : undefined);
    }
    const appender = new Appender(columns, writers, flags, dividing?.like);
    for await (const { rows, splits, problems, done } of reader.rows()) {
      check(signal);
      for (const problem of problems) appender.report(problem);
      for (const [row, cells] of listed(rows).entries()) {
        const named = splits?.[row] ?? partNamed(cells[dividing?.at ?? -1]);
        appender.append(
          places.map((place) => cells[place]),
          named,
        );
      }
      onProgress({ stage: 'Reading rows', done, total: reader.totalWork || null });
    }
    return appender;
  } finally {
    for (const writer of [...writers, ...flags]) writer?.close();
  }
}

async function seal(
  target: string,
  snapshot: Snapshot,
  { columns, skipped, skippedTotal, targetless }: Appended,
  added: Readonly<Record<Split, number>>,
  { part, name, source, folder: parent }: AppendRequest,
  context: ImportContext,
): Promise<ImportResult> {
  const before = snapshot.schema.rows;
  const rows = { ...before };
  for (const split of SPLITS) rows[split] += added[split];
  const schema = { ...snapshot.schema, name, columns, rows };
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
    appended: [...(record.appended ?? []), { to: snapshot.hash, source: source.path, part, rows: added }],
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
