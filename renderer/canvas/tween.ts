import type { Position } from '../state/geometry.ts';
import type { FlowNode } from './flow.ts';

const DURATION_MS = 220;

/** Glides nodes to where they shall be. Only the picture moves; the document is changed by the caller, in one step. */
export function tween(
  start: readonly FlowNode[],
  target: Readonly<Record<string, Position>>,
  show: (nodes: FlowNode[]) => void,
): Promise<void> {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return Promise.resolve();
  const began = performance.now();
  return new Promise((resolve) => {
    const frame = (now: number) => {
      const share = Math.min(1, Math.max(0, now - began) / DURATION_MS);
      const eased = 1 - (1 - share) ** 3;
      show(start.map((node) => moved(node, target[node.id], eased)));
      if (share < 1) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
}

function moved(node: FlowNode, target: Position | undefined, share: number): FlowNode {
  if (!target) return node;
  const { x, y } = node.position;
  return { ...node, position: { x: x + (target[0] - x) * share, y: y + (target[1] - y) * share } };
}
