import type { DeviceInfo } from '../../../core/device.ts';
import { size } from '../../../core/shape.ts';
import type { Kernel } from '../../../kernel/kernel.ts';

/** The part of a product that one invocation computes, and how invocations are grouped. */
export interface TileShape {
  /** Rows and columns of the register tile, in fours. */
  readonly rowQuads: number;
  readonly columnQuads: number;
  readonly workgroup: number;
  /** The four invocations of a subgroup share the loads of their columns. */
  readonly shared: boolean;
}

/** What decides about kernel shapes on one class of adapters. */
export interface Tuning {
  /** Register tiles to choose from, as row and column quads. */
  readonly tiles: readonly (readonly [number, number])[];
  readonly workgroup: number;
  readonly shared: boolean;
  /** Cost of loading a number, in multiply-adds. */
  readonly loadCost: number;
  /** Invocations that run at the same time. */
  readonly parallel: number;
}

const SOFTWARE: Tuning = {
  tiles: [
    [2, 4],
    [1, 4],
    [2, 2],
    [2, 1],
    [1, 2],
    [1, 1],
  ],
  workgroup: 16,
  shared: false,
  loadCost: 6,
  parallel: 8,
};

const HARDWARE: Tuning = { ...SOFTWARE, workgroup: 64, loadCost: 4, parallel: 16384 };

export function tuningOf(device: DeviceInfo): Tuning {
  if (!device.software) return HARDWARE;
  return { ...SOFTWARE, shared: device.subgroupSize === 4 && device.features.includes('subgroups') };
}

/** The cheapest tile for a product of `rows` × `columns`, `batches` times. */
export function chooseTile(tuning: Tuning, rows: number, columns: number, batches: number): TileShape {
  const candidates = tuning.tiles.map(([rowQuads, columnQuads]) => {
    const rowTiles = Math.ceil(rows / (4 * rowQuads));
    const columnTiles = Math.ceil(columns / (4 * columnQuads));
    const workgroup = Math.min(tuning.workgroup, Math.ceil(rowTiles / 4) * 4);
    const invocations = Math.ceil(rowTiles / workgroup) * workgroup * columnTiles * batches;
    const loads = 4 * rowQuads + (4 * columnQuads) / (tuning.shared ? 4 : 1);
    const cost = 16 * rowQuads * columnQuads + tuning.loadCost * loads;
    const shape = { rowQuads, columnQuads, workgroup, shared: tuning.shared };
    return { shape, cost: Math.ceil(invocations / tuning.parallel) * cost };
  });
  return candidates.reduce((best, candidate) => (candidate.cost < best.cost ? candidate : best)).shape;
}

/** Accumulations shorter than this are not worth a second kernel. */
const SHORT = 256;

/** In how many parts an accumulation runs, so that the device is busy although the result is small. */
export function partsOf(tuning: Tuning, { work, axes }: Kernel): number {
  if (work.kind === 'map') return 1;
  const length = size((work.kind === 'reduce' ? work.reduced : work.contracted).map(({ extent }) => extent));
  const perInvocation = work.kind === 'reduce' ? 1 : 32;
  const invocations = Math.ceil(size(axes.map(({ extent }) => extent)) / perInvocation);
  if (length < SHORT || invocations >= tuning.parallel) return 1;
  return Math.min(Math.ceil(tuning.parallel / invocations), Math.floor(length / (SHORT / 4)));
}
