/** How the result of a matrix product is divided among invocations. Four rows or columns are a quad. */
export type TileShape = RegisterTile | WorkgroupTile;

/** Every invocation computes a tile by itself, straight from the operands' buffers. */
export interface RegisterTile {
  readonly kind: 'registers';
  /** Rows and columns of an invocation's tile. */
  readonly rowQuads: number;
  readonly columnQuads: number;
  /** Most invocations of a workgroup, one below the other. */
  readonly workgroup: number;
  /** The four invocations of a subgroup share the loads of their columns. */
  readonly shared: boolean;
}

/** A workgroup lays blocks of its operands out in workgroup memory and computes a tile from them. */
export interface WorkgroupTile {
  readonly kind: 'workgroup';
  /** Invocations of the workgroup. */
  readonly threadRows: number;
  readonly threadColumns: number;
  /** Rows and columns of an invocation's share of the tile. */
  readonly rowQuads: number;
  readonly columnQuads: number;
  /** Steps of a block. */
  readonly depthQuads: number;
}

/** A tile in words, e.g. `64 × 64 × 16 by 8 × 8`: rows, columns and steps of the workgroup's, rows and columns of the invocation's. */
export function tileName(tile: TileShape): string {
  const own = `${4 * tile.rowQuads} × ${4 * tile.columnQuads}`;
  if (tile.kind === 'registers')
    return `${own}${tile.shared ? ' shared' : ''}, ${tile.workgroup} invocations`;
  const rows = 4 * tile.threadRows * tile.rowQuads;
  const columns = 4 * tile.threadColumns * tile.columnQuads;
  return `${rows} × ${columns} × ${4 * tile.depthQuads} by ${own}`;
}
