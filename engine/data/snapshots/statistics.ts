import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSequence } from '../../core/binding.ts';
import { SPLITS, type Column, type NumberStatistics, type Split } from '../../core/dataset.ts';
import { allocate, type TypedArray } from '../../core/dtype.ts';
import { decodeText, isKept } from '../../core/kept-text.ts';
import { size } from '../../core/shape.ts';
import {
  DISTINCT,
  type ColumnSummary,
  type DatasetStatistics,
  type Histogram,
} from '../../core/statistics.ts';
import { associationsOf } from './associations.ts';
import { chunksOf, masksOf } from './batches.ts';
import type { ImportContext } from '../context.ts';
import { parseTime } from '../dates/time.ts';
import { kindOf } from '../kinds/catalogue.ts';
import { Moments } from '../fitting/moments.ts';
import { readStored } from './search.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';
import { PADDING } from '../tokenizers/tokenizer.ts';

const FILE = 'statistics.json';
const BINS = 30;
/** Most frequent tokens that are told of. */
const TOKENS = 30;
/** Longest side of the picture of a mean, in pixels, and points of its curve. */
const MEAN_SIZE = 256;

/** What is known of a snapshot's values. Computed once and kept beside it; a damaged file is written anew. Throws `CANCELLED`. */
export async function statisticsOf(folder: string, context: ImportContext): Promise<DatasetStatistics> {
  const snapshot = await openSnapshot(folder);
  try {
    const known = await kept(snapshot);
    if (known) return known;
    const columns: ColumnSummary[] = [];
    for (const [done, column] of snapshot.schema.columns.entries()) {
      const total = snapshot.schema.columns.length;
      context.onProgress({ stage: `Counting ${column.name}`, done, total });
      const summary = await summarise(column, (visit) => scan(snapshot, column, context.signal, visit));
      columns.push({ ...summary, ...(await countMissing(snapshot, column, context.signal)) });
    }
    const associations = await associationsOf(snapshot, context);
    const statistics: DatasetStatistics = { version: 2, columns, associations };
    await keep(folder, statistics);
    return statistics;
  } finally {
    await snapshot.close();
  }
}

async function kept({ folder, schema }: Snapshot): Promise<DatasetStatistics | undefined> {
  try {
    const known = JSON.parse(await readFile(join(folder, FILE), 'utf8')) as DatasetStatistics;
    const names = known.columns.map(({ column }) => column).join('\n');
    const whole = known.version === 2 && names === schema.columns.map(({ name }) => name).join('\n');
    return whole && known.associations.columns.length === known.associations.values.length
      ? known
      : undefined;
  } catch {
    return undefined; // Missing or damaged: it is only a copy of what the shards tell.
  }
}

/** A crash on the way leaves the file as it was. */
async function keep(folder: string, statistics: DatasetStatistics): Promise<void> {
  const temporary = join(folder, `.${randomUUID()}`);
  await writeFile(temporary, JSON.stringify(statistics));
  await rename(temporary, join(folder, FILE));
}

type Visit = (stored: TypedArray, split: Split) => void;
type Scan = (visit: Visit) => Promise<void>;

async function scan(snapshot: Snapshot, column: Column, signal: AbortSignal, visit: Visit): Promise<void> {
  const width = size(column.shape);
  for (const split of SPLITS) {
    for await (const values of chunksOf(snapshot, split, column, signal)) {
      for (let at = 0; at < values.length; at += width) visit(values.subarray(at, at + width), split);
    }
  }
}

async function countMissing(
  snapshot: Snapshot,
  column: Column,
  signal: AbortSignal,
): Promise<Pick<ColumnSummary, 'missing'>> {
  if (!column.missingMask) return {};
  const missing = perSplit(() => 0);
  for (const split of SPLITS)
    for await (const marks of masksOf(snapshot, split, column, signal))
      for (const mark of marks) missing[split] += mark;
  return { missing };
}

function summarise(column: Column, rows: Scan): Promise<ColumnSummary> {
  const { shape, classes } = column;
  const { indices } = kindOf(column.kind);
  if (classes && indices) return countClasses(column, classes.length, rows, indices);
  if (shape.length === 0)
    return classes
      ? countClasses(column, classes.length, rows, (stored) => [stored[0]])
      : countValues(column, rows);
  if (isSequence(column)) return countTokens(column, rows);
  if (isKept(column)) return countTexts(column, rows);
  return describeTensors(column, rows);
}

const perSplit = <T>(value: (split: Split) => T): Record<Split, T> => ({
  train: value('train'),
  validation: value('validation'),
  test: value('test'),
});

async function countClasses(
  { name }: Column,
  classes: number,
  rows: Scan,
  indices: (stored: TypedArray) => readonly number[],
): Promise<ColumnSummary> {
  const counts = perSplit(() => new Array<number>(classes).fill(0));
  await rows((stored, split) => {
    for (const index of indices(stored)) counts[split][index]++;
  });
  return { column: name, classes: counts };
}

async function countValues({ name }: Column, rows: Scan): Promise<ColumnSummary> {
  return { column: name, ...(await distribution(rows, (stored, add) => add(stored[0]))) };
}

async function countLengths({ name }: Column, rows: Scan): Promise<ColumnSummary> {
  return { column: name, ...(await distribution(rows, (stored, add) => add(lengthOf(stored)))) };
}

/** Texts that are kept as they were written: how many there are, and of times when they were. */
async function countTexts({ name, role }: Column, rows: Scan): Promise<ColumnSummary> {
  const seen = new Set<string>();
  const span = { first: '', from: Infinity, last: '', to: -Infinity };
  await rows((stored) => {
    const text = textOf(stored);
    if (seen.size < DISTINCT) seen.add(text);
    if (role !== 'time') return;
    const time = parseTime(text);
    if (time < span.from) [span.first, span.from] = [text, time];
    if (time > span.to) [span.last, span.to] = [text, time];
  });
  if (span.first === '') return { column: name, texts: { distinct: seen.size } };
  const times = await distribution(rows, (stored, add) => {
    const time = parseTime(textOf(stored));
    if (!Number.isNaN(time)) add(time);
  });
  return { column: name, ...times, texts: { distinct: seen.size, first: span.first, last: span.last } };
}

const textOf = (stored: TypedArray): string => decodeText(stored as Uint8Array);

async function countTokens(column: Column, rows: Scan): Promise<ColumnSummary> {
  const { classes = [] } = column;
  const counts = new Map<number, number>();
  await rows((stored, split) => {
    if (split !== 'train') return;
    for (const index of stored) if (index !== PADDING) counts.set(index, (counts.get(index) ?? 0) + 1);
  });
  const tokens = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, TOKENS)
    .map(([index, count]) => ({ token: classes[index] ?? `${index}`, count }));
  return { ...(await countLengths(column, rows)), tokens };
}

/** Values up to the last one that is not padding. */
function lengthOf(stored: TypedArray): number {
  let length = stored.length;
  while (length > 0 && stored[length - 1] === PADDING) length--;
  return length;
}

async function describeTensors(column: Column, rows: Scan): Promise<ColumnSummary> {
  const sums = new Float64Array(size(column.shape));
  let count = 0;
  await rows((stored, split) => {
    if (split !== 'train') return;
    count++;
    for (let at = 0; at < stored.length; at++) sums[at] += stored[at];
  });
  const mean = allocate(column.dtype, sums.length);
  const whole = column.dtype !== 'f32';
  sums.forEach((sum, at) => (mean[at] = whole ? Math.round(sum / count) : sum / count));
  const shown = count > 0 ? { mean: await readStored(mean, column, MEAN_SIZE) } : {};
  const spread = await distribution(rows, (stored, add) => stored.forEach(add));
  return { column: column.name, ...spread, ...shown };
}

/** Moments and a histogram of whatever `measure` adds for each row, in two passes: the first one finds the ends. */
async function distribution(
  rows: Scan,
  measure: (stored: TypedArray, add: (value: number) => void) => void,
): Promise<Pick<ColumnSummary, 'histogram' | 'moments'>> {
  const running = perSplit(() => new Moments());
  await rows((stored, split) => measure(stored, (value) => running[split].add(value)));
  const moments = Object.fromEntries(
    SPLITS.flatMap((split) => (running[split].count > 0 ? [[split, running[split].statistics()]] : [])),
  ) as Partial<Record<Split, NumberStatistics>>;
  const known = Object.values(moments);
  if (known.length === 0) return {};
  const least = Math.min(...known.map(({ min }) => min));
  const most = Math.max(...known.map(({ max }) => max));
  const width = (most - least) / BINS || 1;
  const counts = perSplit(() => new Array<number>(BINS).fill(0));
  const binOf = (value: number): number => Math.min(BINS - 1, Math.floor((value - least) / width));
  await rows((stored, split) => measure(stored, (value) => counts[split][binOf(value)]++));
  const histogram: Histogram = { least, most, counts };
  return { histogram, moments };
}
