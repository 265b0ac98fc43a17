/** How a product of matrices is cut: register tiles, blocks of them, and how many blocks there are. */
export interface Blocks {
  /** The tile of the result that is kept in registers: rows, and vectors of four columns. */
  readonly tileRows: number;
  readonly tileVectors: number;
  /** A block of the result: rows and columns, whole tiles. */
  readonly rows: number;
  readonly columns: number;
  readonly rowBlocks: number;
  readonly columnBlocks: number;
}

export interface Extents {
  readonly rows: number;
  readonly columns: number;
  readonly batches: number;
  readonly steps: number;
}

/** Twelve sums, two vectors and a number take fifteen of the sixteen vector registers that every x64 processor has. */
const MOST_ROWS = 6;
const MOST_VECTORS = 2;

/** Bytes of a block of the left and the right operand: together they stay in a second-level cache. */
const LEFT_BYTES = 128 * 1024;
const RIGHT_BYTES = 256 * 1024;

/** Multiplications that are worth a thread of their own. */
const WORTH_A_THREAD = 200_000;

export function chooseBlocks(extents: Extents, threads: number): Blocks {
  const { rows, columns, batches, steps } = extents;
  const tileRows = Math.min(MOST_ROWS, rows);
  const tileVectors = columns <= 4 ? 1 : MOST_VECTORS;
  const down = Math.ceil(rows / tileRows);
  const across = Math.ceil(columns / (4 * tileVectors));
  /** Blocks of as many tiles, each so many rows (or columns) wide, as a budget of bytes allows. */
  const fitting = (tiles: number, width: number, budget: number): number =>
    Math.ceil(tiles / Math.max(1, Math.min(tiles, Math.floor(budget / (4 * steps * width)))));
  let rowBlocks = fitting(down, tileRows, LEFT_BYTES);
  let columnBlocks = fitting(across, 4 * tileVectors, RIGHT_BYTES);
  const wanted = Math.min(threads * 2, Math.floor((rows * columns * batches * steps) / WORTH_A_THREAD));
  while (rowBlocks * columnBlocks * batches < wanted) {
    const [tall, wide] = [down / rowBlocks, across / columnBlocks];
    if (tall < 2 && wide < 2) break;
    if (tall >= wide) rowBlocks = Math.min(down, 2 * rowBlocks);
    else columnBlocks = Math.min(across, 2 * columnBlocks);
  }
  const blockAcross = Math.ceil(across / columnBlocks);
  let blockDown = Math.ceil(down / rowBlocks);
  // The last block, too, is no lower than a tile.
  while (rows % tileRows > 0 && down > blockDown && (down - 1) % blockDown === 0) blockDown++;
  return {
    tileRows,
    tileVectors,
    rows: blockDown * tileRows,
    columns: blockAcross * 4 * tileVectors,
    rowBlocks: Math.ceil(down / blockDown),
    columnBlocks: Math.ceil(across / blockAcross),
  };
}
