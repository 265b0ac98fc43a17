import { graphlib, layout as place } from '@dagrejs/dagre';
import { edgeId, type Graph } from '../state/edit.ts';
import { GAP_ACROSS, GAP_ALONG, NODE_HEIGHT, NODE_WIDTH, snap, type Position } from '../state/geometry.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Positions that put every layer below its inputs with few crossings (Sugiyama's method). */
export function autoLayout(
  graph: Graph,
  sizeOf: (id: string) => Size = () => ({ width: NODE_WIDTH, height: NODE_HEIGHT }),
): Record<string, Position> {
  const drawing = new graphlib.Graph({ multigraph: true });
  drawing.setGraph({ rankdir: 'TB', ranksep: GAP_ALONG, nodesep: GAP_ACROSS });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { id } of graph.nodes) drawing.setNode(id, { ...sizeOf(id) });
  for (const edge of graph.edges) {
    if (drawing.hasNode(edge.from.node) && drawing.hasNode(edge.to.node)) {
      drawing.setEdge(edge.from.node, edge.to.node, {}, edgeId(edge));
    }
  }
  place(drawing);
  return Object.fromEntries(
    graph.nodes.map(({ id }) => {
      const { x, y } = drawing.node(id);
      const { width, height } = sizeOf(id);
      return [id, snap([x - width / 2, y - height / 2])];
    }),
  );
}

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom';

export interface Box extends Size {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** Positions that line boxes up along one of their sides or their middles. */
export function align(boxes: readonly Box[], how: Alignment): Record<string, Position> {
  const horizontal = how === 'left' || how === 'centre' || how === 'right';
  const share = { left: 0, top: 0, centre: 0.5, middle: 0.5, right: 1, bottom: 1 }[how];
  const low = Math.min(...boxes.map((box) => (horizontal ? box.x : box.y)));
  const high = Math.max(...boxes.map((box) => (horizontal ? box.x + box.width : box.y + box.height)));
  const line = low + share * (high - low);
  return Object.fromEntries(
    boxes.map((box) => [
      box.id,
      horizontal ? [line - share * box.width, box.y] : [box.x, line - share * box.height],
    ]),
  );
}

/** Positions that leave equal gaps between boxes, in their order along the axis; the outer two stay. */
export function distribute(boxes: readonly Box[], axis: 'x' | 'y'): Record<string, Position> {
  const extent = axis === 'x' ? 'width' : 'height';
  const sorted = [...boxes].sort((a, b) => a[axis] - b[axis]);
  const last = sorted[sorted.length - 1];
  const room =
    last[axis] + last[extent] - sorted[0][axis] - sorted.reduce((sum, box) => sum + box[extent], 0);
  const gap = room / Math.max(1, sorted.length - 1);
  let at = sorted[0][axis];
  const result: Record<string, Position> = {};
  for (const box of sorted) {
    result[box.id] = axis === 'x' ? [at, box.y] : [box.x, at];
    at += box[extent] + gap;
  }
  return result;
}
