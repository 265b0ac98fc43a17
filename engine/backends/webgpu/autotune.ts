import type { DeviceInfo, Tiles } from '../../core/device.ts';
import { StrataError } from '../../core/errors.ts';
import type { TimedTile } from '../../core/run.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { bytesOf } from '../../passes/lifetimes.ts';
import type { Plan } from '../../passes/plan.ts';
import type { WrittenKernel } from '../../passes/target.ts';
import type { Executor, Session } from '../executor.ts';
import { writeContract } from './wgsl/contract.ts';
import { profileOf, rankTiles } from './wgsl/kernel-table.ts';
import { nameOfProblem, problemOf } from './wgsl/problem.ts';
import type { Contract } from './wgsl/product.ts';
import { tileName, type TileShape } from './wgsl/tiles.ts';

/** Tiles that are timed for a problem: those that the table holds to be the best. */
const CANDIDATES = 5;
/** How long a tile must compute for its time to count, in milliseconds. */
const SAMPLE_MILLISECONDS = 5;
/** Most dispatches of a sample. */
const MOST_DISPATCHES = 1024;
/** Samples of each tile, taken in turn so that all see the same machine; fewer where a problem has had its time. */
const SAMPLES = 7;
const PROBLEM_MILLISECONDS = 2000;
/** Share of the table's time that another tile must stay below to be taken instead. */
const CLEARLY = 0.95;

interface Product {
  readonly kernel: Kernel;
  readonly work: Contract;
}

/** The matrix products among kernels, by the name of their problem. There are none on the processor, which has no tiles. */
export function productsOf(
  { backend }: DeviceInfo,
  kernels: readonly Kernel[],
): ReadonlyMap<string, Product[]> {
  const products = new Map<string, Product[]>();
  for (const kernel of backend === 'wasm' ? [] : kernels) {
    const { work } = kernel;
    if (work.kind !== 'contract') continue;
    const name = nameOfProblem(kernel, work);
    products.set(name, [...(products.get(name) ?? []), { kernel, work }]);
  }
  return products;
}

/** The tiles of those products that were timed. */
export const tilesOf = (products: ReadonlyMap<string, unknown>, timed: Tiles): Tiles =>
  Object.fromEntries(Object.entries(timed).filter(([problem]) => products.has(problem)));

/**
 * Times the best tiles of every product, in the very kernels that a model has, and yields which is the fastest, one after
 * the other; undefined where the device could not run them. A tile that is hardly faster than the table's is left alone.
 * Throws `DEVICE_LOST`.
 */
export async function* timeTiles(
  executor: Executor,
  products: ReadonlyMap<string, readonly Product[]>,
): AsyncGenerator<TimedTile | undefined> {
  const profile = profileOf(executor.device);
  for (const [problem, [first, ...more]] of products) {
    const tiles = rankTiles(profile, problemOf(first.kernel, first.work)).slice(0, CANDIDATES);
    try {
      const times = await timesOf(executor, [first, ...more], tiles);
      const fastest = tiles[times.indexOf(Math.min(...times))];
      const rivals = [tiles[0], fastest];
      // The fastest of several may owe that to chance, so it has to win once more.
      const [before, after] =
        fastest === tiles[0] ? [1, 1] : await timesOf(executor, [first, ...more], rivals);
      const better = after < CLEARLY * before;
      const [instead, tile] = [tiles[0], better ? fastest : tiles[0]].map(tileName);
      yield { problem, tile, instead, gain: better ? before / after : 1 };
    } catch (error) {
      if (!(error instanceof StrataError) || error.code === 'DEVICE_LOST') throw error;
      yield undefined;
    }
  }
}

/** Milliseconds that each tile takes for all products of a problem, each of them once. */
async function timesOf(
  executor: Executor,
  products: readonly Product[],
  tiles: readonly TileShape[],
): Promise<number[]> {
  const different = new Map(
    products.map((product) => [writeContract(product.kernel, product.work, tiles[0]).code, product]),
  );
  const sums = tiles.map(() => 0);
  for (const { kernel, work } of different.values()) {
    const written = tiles.map((tile) => writeContract(kernel, work, tile));
    const session = await executor.load(trialOf(kernel, written));
    try {
      const times = await fastest(session, tiles.length, PROBLEM_MILLISECONDS / different.size);
      times.forEach((time, at) => (sums[at] += time));
    } finally {
      await session.dispose();
    }
  }
  return sums;
}

/** One program for each way of writing a kernel, over the same buffers. */
function trialOf({ label, origins, sources, stores }: Kernel, written: readonly WrittenKernel[]): Plan {
  const types = new Map([...sources, ...stores.map(({ value, type }) => [value, type] as const)]);
  const values = [...types.keys()];
  const buffers = [...types.values()].map((type) => ({ bytes: bytesOf(type), label }));
  return {
    version: 1,
    buffers,
    states: [],
    kernels: written.map(({ code }) => ({ label, code, origins })),
    programs: written.map(({ sources, workgroups }, kernel) => ({
      name: String(kernel),
      steps: [{ kernel, buffers: sources.map((source) => values.indexOf(source)), workgroups }],
      outputs: [],
      flops: 0,
    })),
    peakBytes: buffers.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Milliseconds of a dispatch, by program: the least of several samples, because whatever else runs only adds to them. */
async function fastest(session: Session, programs: number, patience: number): Promise<number[]> {
  const sample = async (program: number, dispatches: number): Promise<number> => {
    const start = performance.now();
    await session.run(String(program), dispatches);
    await session.idle();
    return performance.now() - start;
  };
  for (let program = 0; program < programs; program++) await sample(program, 1);
  let dispatches = 1;
  while (dispatches < MOST_DISPATCHES && (await sample(0, dispatches)) < SAMPLE_MILLISECONDS) dispatches *= 2;
  const least = Array.from({ length: programs }, () => Infinity);
  const end = performance.now() + patience;
  for (let round = 0; round < SAMPLES && (round === 0 || performance.now() < end); round++)
    for (let program = 0; program < programs; program++)
      least[program] = Math.min(least[program], (await sample(program, dispatches)) / dispatches);
  return least;
}
