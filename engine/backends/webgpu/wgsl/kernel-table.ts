import type { DeviceInfo } from '../../../core/device.ts';
import type { Reducing, Team } from './reduce.ts';
import type { RegisterTile, TileShape, WorkgroupTile } from './tiles.ts';

/** Raised when tiles are written otherwise than before: what was timed until then counts no longer. */
export const TABLE_VERSION = 2;

/** What decides about kernel shapes on one class of adapters. Costs are in multiply-adds of an invocation. */
export interface Profile {
  readonly tiles: readonly TileShape[];
  /** Loading a number from a buffer. */
  readonly loadCost: number;
  /** Loading a vector from workgroup memory. */
  readonly sharedCost: number;
  /** Invocations that run at the same time. */
  readonly parallel: number;
  readonly reducing: Reducing;
}

const registers = (
  quads: readonly (readonly [rows: number, columns: number])[],
  workgroup: number,
  shared = false,
): RegisterTile[] =>
  quads.map(([rowQuads, columnQuads]) => ({ kind: 'registers', rowQuads, columnQuads, workgroup, shared }));

const workgroup = (
  [threadRows, threadColumns]: readonly [number, number],
  [rowQuads, columnQuads]: readonly [number, number],
  depthQuads: number,
): WorkgroupTile => ({ kind: 'workgroup', threadRows, threadColumns, rowQuads, columnQuads, depthQuads });

/** Results of few rows or columns do without workgroup memory: there is little to share. */
const SMALL = registers(
  [
    [1, 2],
    [2, 1],
    [1, 1],
  ],
  64,
);

/** Tiles of sixteen numbers for each invocation, for all that have few registers, and for results that are not large. */
const MEDIUM = [
  workgroup([16, 16], [1, 1], 4),
  workgroup([8, 16], [1, 1], 4),
  workgroup([16, 8], [1, 1], 4),
  workgroup([8, 8], [1, 1], 4),
];

/**
 * Tiles of 64 numbers for each invocation: every number from workgroup memory is used eight times, what it takes to keep the
 * multipliers of a card busy that reads 128 bytes a clock from there (CUTLASS, "Efficient GEMM in CUDA"; S. Boehm, "How to
 * optimize a CUDA matmul kernel for cuBLAS-like performance", 2022, kernels 5 to 10).
 */
const LARGE = [
  workgroup([16, 16], [2, 2], 2),
  workgroup([16, 8], [2, 2], 4),
  workgroup([8, 16], [2, 2], 4),
  workgroup([8, 8], [2, 2], 4),
];

/** Graphics cards: thousands of invocations, 64 and more registers for each. */
const CARD: Profile = {
  tiles: [...LARGE, ...MEDIUM, ...SMALL],
  loadCost: 4,
  sharedCost: 4,
  parallel: 16384,
  reducing: { workgroup: 64 },
};

/**
 * Vendors whose adapters differ from a card's. Intel: some thousand invocations, and a tile of 64 numbers would take all of a
 * thread's 128 registers (Intel, "oneAPI GPU Optimization Guide", register spilling). Apple: a tenth of a card's cores. Arm
 * keeps workgroup memory in the same cache as everything else (Arm, "Mali GPU Best Practices"), so that it saves nothing;
 * Qualcomm and Imagination are held to be like that too. None of these has been measured by us.
 */
const VENDORS: Readonly<Record<string, Profile>> = {
  intel: { ...CARD, tiles: [...MEDIUM, ...SMALL], parallel: 4096 },
  apple: { ...CARD, parallel: 8192 },
  arm: { ...CARD, tiles: registers([[1, 2], [2, 2], [1, 1]], 64), parallel: 2048 }, // prettier-ignore
};
const LIKE: Readonly<Record<string, string>> = { qualcomm: 'arm', 'img-tec': 'arm' };

/**
 * Adapters in software: processors with vectors of four, whose registers are memory and whose workgroup memory is no faster than
 * any other. Measured on SwiftShader (docs/decisions/0010): tiles in registers, loads shared where subgroups have four.
 */
const software = (shared: boolean): Profile => ({
  tiles: registers(
    [
      [2, 4],
      [1, 4],
      [2, 2],
      [2, 1],
      [1, 2],
      [1, 1],
    ],
    16,
    shared,
  ),
  loadCost: 6,
  sharedCost: 24,
  parallel: 8,
  // Reductions are few and long here: small workgroups, so that more of them run side by side.
  reducing: { workgroup: 16 },
});

export function profileOf({ software: inSoftware, vendor, subgroupSize, features }: DeviceInfo): Profile {
  const subgroup = features.includes('subgroups') ? subgroupSize : undefined;
  if (inSoftware) return software(subgroup === 4);
  const profile = VENDORS[LIKE[vendor] ?? vendor] ?? CARD;
  // A workgroup of one subgroup needs no barrier. Where its size may differ from kernel to kernel (Intel), a workgroup it is.
  const team: Team =
    subgroup === undefined ? { kind: 'workgroup', size: 64 } : { kind: 'subgroup', size: subgroup };
  return { ...profile, reducing: { ...profile.reducing, team } };
}

/** A matrix product: so many, of `rows` × `depth` by `depth` × `columns`. */
export interface Problem {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly batches: number;
}

/** The tiles that a problem can fill, those first that should be the fastest. */
export function rankTiles(profile: Profile, problem: Problem): TileShape[] {
  const filled = profile.tiles.filter((tile) => isFilled(tile, problem));
  const costs = new Map(filled.map((tile) => [tile, costOf(profile, problem, tile)] as const));
  const ranked = [...costs].sort(([, a], [, b]) => a - b).map(([tile]) => tile);
  return ranked.length > 0 ? ranked : [...profile.tiles];
}

/** The tile that should be the fastest for a problem. */
export const chooseTile = (profile: Profile, problem: Problem): TileShape => rankTiles(profile, problem)[0];

/** Sharing pays where most of what is loaded is used: a workgroup's tile must not stick out by more than half. */
function isFilled(tile: TileShape, { rows, columns }: Problem): boolean {
  if (tile.kind === 'registers') return true;
  return rows >= 2 * tile.threadRows * tile.rowQuads && columns >= 2 * tile.threadColumns * tile.columnQuads;
}

/** Multiply-adds that pass, one after the other, until a product is done. */
function costOf(profile: Profile, { rows, columns, depth, batches }: Problem, tile: TileShape): number {
  const { rowQuads, columnQuads } = tile;
  const own = 16 * rowQuads * columnQuads;
  if (tile.kind === 'registers') {
    const tiles = Math.ceil(rows / (4 * rowQuads));
    const across = Math.ceil(columns / (4 * columnQuads)) * batches;
    const group = Math.min(tile.workgroup, Math.ceil(tiles / 4) * 4);
    const invocations = Math.ceil(tiles / group) * group * across;
    const loads = 4 * rowQuads + (4 * columnQuads) / (tile.shared ? 4 : 1);
    return Math.ceil(invocations / profile.parallel) * (own + profile.loadCost * loads) * depth;
  }
  const threads = tile.threadRows * tile.threadColumns;
  const [down, across] = [4 * tile.threadRows * rowQuads, 4 * tile.threadColumns * columnQuads];
  const invocations = Math.ceil(rows / down) * Math.ceil(columns / across) * batches * threads;
  const loads = (down + across) / threads;
  const step = own + profile.sharedCost * (rowQuads + columnQuads) + profile.loadCost * loads;
  const steps = 4 * tile.depthQuads * Math.ceil(depth / (4 * tile.depthQuads));
  return Math.ceil(invocations / profile.parallel) * step * steps;
}
