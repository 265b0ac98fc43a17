import { productsOf, tilesOf, timeTiles } from '../backends/webgpu/autotune.ts';
import type { DeviceInfo, Tiles } from '../core/device.ts';
import type { TuningEvent } from '../core/run.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { TrainingParts } from './prepare.ts';

/** Where tiles that were timed on a device are kept. What cannot be read or written is as if it were not there. */
export interface TileStore {
  read(device: DeviceInfo): Promise<Tiles>;
  /** Adds tiles to those that are there. */
  add(device: DeviceInfo, tiles: Tiles): Promise<void>;
}

/** The tiles that are known before a run is compiled: those that it began with, else all that were timed on the device. */
export async function knownTiles({ executor, tiles, tileStore }: TrainingParts): Promise<Tiles> {
  return tiles ?? (await tileStore?.read(executor.device)) ?? {};
}

/** The device of a run, with the tiles of its own products and no others. */
export function deviceWith(
  { executor: { device } }: TrainingParts,
  kernels: readonly Kernel[],
  known: Tiles,
): DeviceInfo {
  const tiles = tilesOf(productsOf(device, kernels), known);
  return Object.keys(tiles).length > 0 ? { ...device, tiles } : device;
}

/**
 * Times what was never timed, where that is wanted. Throws `Stopped` between two products where the person does not want to
 * wait; what was timed until then is kept.
 */
export async function timeMissing(
  { runId, executor, control, emit, tiles, tileStore, autotune }: TrainingParts,
  kernels: readonly Kernel[],
  known: Tiles,
): Promise<Tiles> {
  const products = productsOf(executor.device, autotune && !tiles ? kernels : []);
  const missing = new Map([...products].filter(([problem]) => !(problem in known)));
  if (missing.size === 0) return {};
  const tell = (event: Pick<TuningEvent, 'done' | 'result'>): void =>
    emit({ kind: 'tuning', runId, total: missing.size, ...event });
  const timed: Record<string, string> = {};
  let done = 0;
  tell({ done });
  try {
    for await (const result of timeTiles(executor, missing)) {
      if (result) timed[result.problem] = result.tile;
      tell({ done: ++done, ...(result && { result }) });
      control.throwIfStopping();
    }
  } finally {
    if (Object.keys(timed).length > 0) await tileStore?.add(executor.device, timed);
  }
  return timed;
}
