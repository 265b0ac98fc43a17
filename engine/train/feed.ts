import type { Session } from '../backends/executor.ts';
import type { Binding } from '../core/binding.ts';
import { allocate, type TypedArray } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import { loadRows } from '../data/snapshots/batches.ts';
import type { Snapshot } from '../data/snapshots/snapshot.ts';
import { evaluationLineup, NO_ROW, trainingLineup, type Lineup, type LineupParts } from './lineup.ts';
import { dataState, orderState, startState, type SplitRows } from './states.ts';

/** Rows that are read at once while a split is put on the device. A multiple of 4 keeps byte offsets on words. */
const ROWS_AT_ONCE = 4096;
/** Reads that go on side by side where rows lie scattered. */
const PARALLEL_READS = 64;

export interface FeedParts extends LineupParts {
  readonly session: Session;
  readonly snapshot: Snapshot;
  readonly rows: SplitRows;
  readonly bindings: ReadonlyMap<string, Binding>;
  /** Is told the share of a split that is on the device; what it throws ends the loading. */
  readonly onLoad?: (share: number) => void;
}

/** Puts a split's rows where its programs look for them. */
export interface Feed {
  /** Batches of an epoch, or of the split that is evaluated. */
  readonly batches: number;
  /** Puts the rows of batch `at` on the device; returns how many batches from there on are there with it. */
  reach(at: number): Promise<number>;
  /** Bucket of a batch that was reached. */
  bucketOf(at: number): number;
}

/** The training split, shuffled anew for every epoch; `at` counts steps over all epochs. */
export function trainingFeed(parts: FeedParts, seed: number): Feed {
  return feed(parts, (epoch) => trainingLineup(parts, seed, epoch));
}

/** A split that is evaluated, over and over in the same order; `at` counts batches. */
export function evaluationFeed(parts: FeedParts): Feed {
  const lineup = evaluationLineup(parts);
  return feed(parts, () => lineup);
}

type LineupOf = (epoch: number) => Lineup;

function feed(parts: FeedParts, lineupOf: LineupOf): Feed {
  const batches = lineupOf(0).buckets.length;
  const { rows, capacity } = parts.rows;
  const load =
    capacity === rows ? residentLoader(parts, lineupOf, batches) : streamLoader(parts, lineupOf, batches);
  let there: Reach = { first: 0, end: 0, buckets: new Uint8Array() };
  return {
    batches,
    async reach(at) {
      if (at < there.first || at >= there.end) there = await load(at);
      return there.end - at;
    },
    bucketOf: (at) => there.buckets[at - there.first],
  };
}

/** Batches whose rows are on the device. */
interface Reach {
  readonly first: number;
  readonly end: number;
  readonly buckets: Uint8Array;
}

/** All rows lie on the device; with each epoch comes another order. */
function residentLoader(
  parts: FeedParts,
  lineupOf: LineupOf,
  batches: number,
): (at: number) => Promise<Reach> {
  let resident = false;
  return async (at) => {
    if (!resident) await uploadSplit(parts);
    resident = true;
    const epoch = Math.floor(at / batches);
    const { rows, buckets } = lineupOf(epoch);
    const first = epoch * batches;
    await parts.session.upload(orderState(parts).name, rows);
    await parts.session.upload(startState(parts.rows).name, Uint32Array.of(first));
    return { first, end: first + batches, buckets };
  };
}

/** Chunks of whole batches; the next one is read while the device works on this one. */
function streamLoader(parts: FeedParts, lineupOf: LineupOf, batches: number): (at: number) => Promise<Reach> {
  const { session, rows } = parts;
  let ahead: { readonly at: number; readonly chunk: Promise<Chunk> } | undefined;
  return async (at) => {
    const chunk = await (ahead?.at === at ? ahead.chunk : loadChunk(parts, lineupOf, batches, at));
    for (const [state, values] of chunk.values) await session.upload(state, values);
    await session.upload(orderState(parts).name, chunk.places);
    await session.upload(startState(rows).name, Uint32Array.of(at));
    const end = at + chunk.buckets.length;
    ahead = { at: end, chunk: loadChunk(parts, lineupOf, batches, end) };
    ahead.chunk.catch(() => undefined); // Reported when the chunk is needed, which may be never.
    return { first: at, end, buckets: chunk.buckets };
  };
}

interface Chunk {
  readonly buckets: Uint8Array;
  /** Where on the device the rows of the batches lie: one after the other. */
  readonly places: Int32Array;
  readonly values: readonly (readonly [state: string, values: TypedArray])[];
}

async function loadChunk(parts: FeedParts, lineupOf: LineupOf, batches: number, at: number): Promise<Chunk> {
  const { rows, batch, bindings } = parts;
  const lineup = lineupOf(Math.floor(at / batches));
  const first = at % batches;
  const end = Math.min(first + rows.capacity / batch, batches);
  const order = lineup.rows.subarray(first * batch, end * batch);
  const values: [string, TypedArray][] = [];
  for (const [key, binding] of bindings)
    values.push([dataState(rows, key, binding).name, await gatherRows(parts, binding, order)]);
  const places = order.map((row, place) => (row === NO_ROW ? NO_ROW : place));
  return { buckets: lineup.buckets.subarray(first, end), places, values };
}

/** Rows that lie scattered over the split; neighbours are read in one go. */
async function gatherRows(
  { snapshot, rows }: FeedParts,
  binding: Binding,
  order: Int32Array,
): Promise<TypedArray> {
  const width = size(binding.shape);
  const gathered = allocate(binding.dtype, order.length * width);
  const stretches: { at: number; row: number; count: number }[] = [];
  order.forEach((row, at) => {
    const last = stretches.at(-1);
    if (row === NO_ROW) return;
    if (last && row === last.row + last.count && at === last.at + last.count) last.count++;
    else stretches.push({ at, row, count: 1 });
  });
  for (let from = 0; from < stretches.length; from += PARALLEL_READS) {
    const reads = stretches.slice(from, from + PARALLEL_READS).map(async ({ at, row, count }) => {
      gathered.set(await loadRows(snapshot, rows.split, binding, row, count), at * width);
    });
    await Promise.all(reads);
  }
  return gathered;
}

/** Puts a whole split on the device. */
async function uploadSplit({ session, snapshot, rows, bindings, onLoad }: FeedParts): Promise<void> {
  let done = 0;
  for (const [key, binding] of bindings) {
    const { name } = dataState(rows, key, binding);
    const width = size(binding.shape);
    for (let at = 0; at < rows.rows; at += ROWS_AT_ONCE) {
      const values = await loadRows(snapshot, rows.split, binding, at, ROWS_AT_ONCE);
      await session.upload(name, values, at * width);
      onLoad?.((done + Math.min(at + ROWS_AT_ONCE, rows.rows) / rows.rows) / bindings.size);
    }
    done++;
  }
}
