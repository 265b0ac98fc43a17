/** Sizes and positions on the canvas, in its own pixels. */
export type Position = readonly [x: number, y: number];

export const GRID = 8;
export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 56;
/** Room between a layer and the next for an edge and its shape. */
export const GAP_ALONG = 48;
export const GAP_ACROSS = 48;
/** From a layer to the next below it. */
export const PITCH = NODE_HEIGHT + GAP_ALONG;

export const snap = ([x, y]: Position): [number, number] => [
  Math.round(x / GRID) * GRID,
  Math.round(y / GRID) * GRID,
];

export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The box around nodes that stand at these positions. */
export function boundsOf(positions: readonly Position[]): Bounds {
  const xs = positions.map(([x]) => x);
  const ys = positions.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, right: Math.max(...xs) + NODE_WIDTH, bottom: Math.max(...ys) + NODE_HEIGHT };
}
