/** Sizes and positions on the canvas, in its own pixels. */
export type Position = readonly [x: number, y: number];

export const GRID = 8;
export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 56;
/** Room between a layer and the next for an edge and its shape. */
export const GAP_ALONG = 48;
export const GAP_ACROSS = 48;

export const snap = ([x, y]: Position): [number, number] => [
  Math.round(x / GRID) * GRID,
  Math.round(y / GRID) * GRID,
];
