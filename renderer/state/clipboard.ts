import * as v from 'valibot';
import { EdgeSchema, NodeSchema, type ModelDocument } from '../../engine/graph/document.ts';
import { freshId, nodeIds, type Edit } from './edit.ts';
import { snap, type Position } from './geometry.ts';

/** Nodes on the clipboard, with the edges among them and where they stood. Text, so that it can be pasted anywhere. */
const FragmentSchema = v.strictObject({
  format: v.literal('strata-fragment'),
  nodes: v.array(NodeSchema),
  edges: v.array(EdgeSchema),
  layout: v.record(v.string(), v.tuple([v.number(), v.number()])),
});
export type Fragment = v.InferOutput<typeof FragmentSchema>;

export function copyNodes(document: ModelDocument, ids: ReadonlySet<string>): Fragment {
  return {
    format: 'strata-fragment',
    nodes: document.nodes.filter((node) => ids.has(node.id)),
    edges: document.edges.filter((edge) => ids.has(edge.from.node) && ids.has(edge.to.node)),
    layout: Object.fromEntries(Object.entries(document.layout).filter(([id]) => ids.has(id))),
  };
}

/** The fragment in a clipboard's text, or null where it holds something else. */
export function parseFragment(text: string): Fragment | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // Any text may be on the clipboard; only a fragment concerns the canvas.
  }
  const result = v.safeParse(FragmentSchema, value);
  return result.success && result.output.nodes.length > 0 ? result.output : null;
}

/** Pastes with fresh ids. `place` moves the fragment's top left corner to where it shall stand. */
export function pasteFragment(
  document: ModelDocument,
  fragment: Fragment,
  place: (corner: Position) => Position,
): { readonly edit: Edit; readonly ids: readonly string[] } {
  const taken = nodeIds(document);
  const renamed = new Map<string, string>();
  for (const node of fragment.nodes) {
    const id = freshId(taken, node.type);
    taken.add(id);
    renamed.set(node.id, id);
  }
  const corner = cornerOf(fragment);
  const target = snap(place(corner));
  const positionOf = (id: string): [number, number] => {
    const [x, y] = fragment.layout[id] ?? corner;
    return [x - corner[0] + target[0], y - corner[1] + target[1]];
  };
  const edges = fragment.edges.flatMap(({ from, to }) => {
    const [source, sink] = [renamed.get(from.node), renamed.get(to.node)];
    return source && sink ? [{ from: { ...from, node: source }, to: { ...to, node: sink } }] : [];
  });
  const edit: Edit = (before) => ({
    ...before,
    nodes: [...before.nodes, ...fragment.nodes.map((node) => ({ ...node, id: renamed.get(node.id)! }))],
    edges: [...before.edges, ...edges],
    layout: {
      ...before.layout,
      ...Object.fromEntries(fragment.nodes.map((node) => [renamed.get(node.id)!, snap(positionOf(node.id))])),
    },
  });
  return { edit, ids: [...renamed.values()] };
}

function cornerOf(fragment: Fragment): Position {
  const positions = Object.values(fragment.layout);
  if (positions.length === 0) return [0, 0];
  return [Math.min(...positions.map(([x]) => x)), Math.min(...positions.map(([, y]) => y))];
}
