import type { Session } from '../backends/executor.ts';
import type { Binding } from '../core/binding.ts';
import { allocate, type TypedArray } from '../core/dtype.ts';
import { permutation, streamOf } from '../core/random.ts';
import { size } from '../core/shape.ts';
import { loadRows } from '../data/batches.ts';
import type { Snapshot } from '../data/snapshot.ts';
import { dataState, orderState, startState, type SplitRows } from './states.ts';

/** Rows that are read at once while a split is put on the device. A multiple of 4 keeps byte offsets on words. */
const ROWS_AT_ONCE = 4096;
/** Rows that are read side by side where they lie scattered. */
const PARALLEL_READS = 64;
const ORDER_STREAM = streamOf('order');

export interface FeedParts {
  readonly session: Session;
  readonly snapshot: Snapshot;
  readonly rows: SplitRows;
  readonly bindings: ReadonlyMap<string, Binding>;
  readonly batch: number;
}

/** Puts a split's rows where its programs look for them. */
export interface Feed {
  /** Puts the rows of batch `at` on the device; returns how many batches from there on are there with it. */
  reach(at: number): Promise<number>;
}

/**
 * The training split, shuffled anew for every epoch; `at` counts steps over all epochs. The last partial batch of
 * an epoch is left out: the shuffling gives its rows another chance in the next one.
 */
export function trainingFeed(parts: FeedParts, seed: number): Feed {
  const { rows, capacity } = parts.rows;
  const stepsPerEpoch = Math.floor(rows / parts.batch);
  const orderOf = (epoch: number): Int32Array =>
    Int32Array.from(permutation(rows, seed, ORDER_STREAM, epoch));
  return capacity === rows
    ? residentTraining(parts, stepsPerEpoch, orderOf)
    : streamedTraining(parts, stepsPerEpoch, orderOf);
}

/** A split that is evaluated in its own order; `at` counts batches. */
export function evaluationFeed(parts: FeedParts): Feed {
  const { rows, capacity } = parts.rows;
  const resident = capacity === rows;
  const batches = Math.ceil(rows / parts.batch);
  let [first, end] = [0, 0];
  return {
    async reach(at) {
      if (at < first || at >= end) {
        [first, end] = resident ? [0, batches] : [at, Math.min(batches, at + capacity / parts.batch)];
        for (const [key, binding] of parts.bindings)
          await uploadRange(parts, key, binding, first * parts.batch);
        await parts.session.upload(startState(parts.rows).name, Uint32Array.of(first));
      }
      return end - at;
    },
  };
}

type OrderOf = (epoch: number) => Int32Array;

function residentTraining(parts: FeedParts, stepsPerEpoch: number, orderOf: OrderOf): Feed {
  let onDevice: number | undefined;
  return {
    async reach(step) {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (onDevice === undefined) {
        for (const [key, binding] of parts.bindings) await uploadRange(parts, key, binding, 0);
      }
      if (onDevice !== epoch) {
        await parts.session.upload(orderState(parts.rows).name, orderOf(epoch));
        await parts.session.upload(startState(parts.rows).name, Uint32Array.of(epoch * stepsPerEpoch));
        onDevice = epoch;
      }
      return (epoch + 1) * stepsPerEpoch - step;
    },
  };
}

/** Chunks of whole batches in the epoch's order; the next one is read while the device works on this one. */
function streamedTraining(parts: FeedParts, stepsPerEpoch: number, orderOf: OrderOf): Feed {
  const { session, rows } = parts;
  let end = 0;
  let next: Promise<Chunk> | undefined;
  return {
    async reach(step) {
      if (step < end) return end - step;
      const chunk = await (next ?? loadChunk(parts, stepsPerEpoch, orderOf, step));
      if (!next) {
        await session.upload(
          orderState(rows).name,
          Int32Array.from({ length: rows.capacity }, (_, at) => at),
        );
      }
      for (const [state, values] of chunk.values) await session.upload(state, values);
      await session.upload(startState(rows).name, Uint32Array.of(chunk.step));
      end = chunk.step + chunk.batches;
      next = loadChunk(parts, stepsPerEpoch, orderOf, end);
      next.catch(() => undefined); // Reported when the chunk is needed, which may be never.
      return chunk.batches;
    },
  };
}

interface Chunk {
  readonly step: number;
  readonly batches: number;
  readonly values: readonly (readonly [state: string, values: TypedArray])[];
}

async function loadChunk(
  parts: FeedParts,
  stepsPerEpoch: number,
  orderOf: OrderOf,
  step: number,
): Promise<Chunk> {
  const { rows, batch, bindings } = parts;
  const first = step % stepsPerEpoch;
  const batches = Math.min(rows.capacity / batch, stepsPerEpoch - first);
  const order = orderOf(Math.floor(step / stepsPerEpoch)).subarray(first * batch, (first + batches) * batch);
  const values: [string, TypedArray][] = [];
  for (const [key, binding] of bindings) {
    values.push([dataState(rows, key, binding).name, await gatherRows(parts, binding, order)]);
  }
  return { step, batches, values };
}

/** Rows that lie scattered over the split. */
async function gatherRows(
  { snapshot, rows }: FeedParts,
  binding: Binding,
  order: Int32Array,
): Promise<TypedArray> {
  const width = size(binding.shape);
  const gathered = allocate(binding.dtype, order.length * width);
  for (let from = 0; from < order.length; from += PARALLEL_READS) {
    const reads = Array.from(order.subarray(from, from + PARALLEL_READS), async (row, at) => {
      gathered.set(await loadRows(snapshot, rows.split, binding, row, 1), (from + at) * width);
    });
    await Promise.all(reads);
  }
  return gathered;
}

/** Fills a data state with the rows that follow `first`, as many as it holds. */
async function uploadRange(parts: FeedParts, key: string, binding: Binding, first: number): Promise<void> {
  const { session, snapshot, rows } = parts;
  const { name } = dataState(rows, key, binding);
  const width = size(binding.shape);
  const count = Math.min(rows.capacity, rows.rows - first);
  for (let at = 0; at < count; at += ROWS_AT_ONCE) {
    const part = Math.min(ROWS_AT_ONCE, count - at);
    await session.upload(name, await loadRows(snapshot, rows.split, binding, first + at, part), at * width);
  }
}
