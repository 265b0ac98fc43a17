import * as v from 'valibot';
import { isPlaced } from '../../engine/graph/definitions.ts';
import {
  EdgeSchema,
  GroupSchema,
  NodeSchema,
  type GroupDefinition,
  type ModelDocument,
  type ModelNode,
} from '../../engine/graph/document.ts';
import { definitionIdOf, portName } from '../../engine/graph/ports.ts';
import { freshId, nodeIds, type Graph } from './edit.ts';
import { boundsOf, snap, type Position } from './geometry.ts';
import { contains, editAt, freshGroupId, freshGroupName, requireOutside, type Made } from './groups.ts';
import { graphAt, type Level } from './levels.ts';
import { freshName, sideOf } from './ports.ts';

/**
 * Nodes on the clipboard, with the edges among them, where they stood, and the definitions of the groups they place. Text, so
 * that it can be pasted anywhere.
 */
const FragmentSchema = v.strictObject({
  format: v.literal('strata-fragment'),
  /** Id of the project it was copied from: there its groups are still those of the document. */
  project: v.string(),
  nodes: v.array(NodeSchema),
  edges: v.array(EdgeSchema),
  layout: v.record(v.string(), v.tuple([v.number(), v.number()])),
  groups: v.array(GroupSchema),
});
export type Fragment = v.InferOutput<typeof FragmentSchema>;

export function copyNodes(
  document: ModelDocument,
  level: Level,
  ids: ReadonlySet<string>,
  project: string,
): Fragment {
  const graph = graphAt(document, level);
  const nodes = graph.nodes.filter((node) => ids.has(node.id));
  const placed = nodes.filter(isPlaced).map(definitionIdOf);
  return {
    format: 'strata-fragment',
    project,
    nodes,
    edges: graph.edges.filter((edge) => ids.has(edge.from.node) && ids.has(edge.to.node)),
    layout: Object.fromEntries(Object.entries(graph.layout).filter(([id]) => ids.has(id))),
    groups: document.groups.filter(({ id }) => placed.some((outer) => contains(document, outer, id))),
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

/**
 * Pastes with fresh ids. `place` moves the fragment's top left corner to where it shall stand. Pasted groups refer to the
 * same definitions as before; those of another project come along. Ports of a group go nowhere but into a group. Throws
 * `GROUP_IN_ITSELF` where a group would come to stand inside itself.
 */
export function pasteFragment(
  document: ModelDocument,
  level: Level,
  fragment: Fragment,
  project: string,
  place: (corner: Position) => Position,
): Made {
  const { groups, renamed: definitions } = adopted(document, fragment, project);
  const source = { ...fragment, nodes: withDefinitions(fragment.nodes, definitions) };
  const placed = source.nodes.filter(isPlaced).map(definitionIdOf);
  requireOutside({ ...document, groups: [...document.groups, ...groups] }, level, placed);
  const { nodes, ids } = renumbered(graphAt(document, level), source, level.length > 0);
  const corner = cornerOf(fragment);
  const target = snap(place(corner));
  const layout = nodes.map(([old, { id }]) => {
    const [x, y] = fragment.layout[old] ?? corner;
    return [id, snap([x - corner[0] + target[0], y - corner[1] + target[1]])] as const;
  });
  const edges = fragment.edges.flatMap(({ from, to }) => {
    const [start, end] = [ids.get(from.node), ids.get(to.node)];
    return start && end ? [{ from: { ...from, node: start }, to: { ...to, node: end } }] : [];
  });
  const paste = editAt(level, (graph) => ({
    ...graph,
    nodes: [...graph.nodes, ...nodes.map(([, node]) => node)],
    edges: [...graph.edges, ...edges],
    layout: { ...graph.layout, ...Object.fromEntries(layout) },
  }));
  return {
    edit: (before) => paste({ ...before, groups: [...before.groups, ...groups] }),
    ids: [...ids.values()],
  };
}

/** Definitions that the document has not got yet, and the new ids of those whose id means something else here. */
function adopted(
  document: ModelDocument,
  fragment: Fragment,
  project: string,
): { readonly groups: readonly GroupDefinition[]; readonly renamed: ReadonlyMap<string, string> } {
  const known = (group: GroupDefinition) => {
    const here = document.groups.find(({ id }) => id === group.id);
    return here && (fragment.project === project || JSON.stringify(here) === JSON.stringify(group));
  };
  const fresh = fragment.groups.filter((group) => !known(group));
  const renamed = new Map<string, string>();
  let taken = document;
  for (const group of fresh) {
    const id = taken.groups.some((other) => other.id === group.id) ? freshGroupId(taken) : group.id;
    const name = freshGroupName(taken, group.name);
    renamed.set(group.id, id);
    taken = { ...taken, groups: [...taken.groups, { ...group, id, name }] };
  }
  const groups = taken.groups.slice(document.groups.length);
  return {
    groups: groups.map((group) => ({ ...group, nodes: withDefinitions(group.nodes, renamed) })),
    renamed,
  };
}

function withDefinitions(nodes: readonly ModelNode[], renamed: ReadonlyMap<string, string>): ModelNode[] {
  return nodes.map((node) => {
    const group = isPlaced(node) ? renamed.get(definitionIdOf(node)) : undefined;
    return group === undefined ? node : { ...node, params: { ...node.params, group } };
  });
}

/** The fragment's nodes as nodes of the graph, each with its old id; and the new ids by the old ones. */
function renumbered(
  graph: Graph,
  fragment: Fragment,
  insideGroup: boolean,
): { readonly nodes: readonly (readonly [string, ModelNode])[]; readonly ids: ReadonlyMap<string, string> } {
  const taken = nodeIds(graph);
  const kept = fragment.nodes.filter((node) => insideGroup || sideOf(node) === undefined);
  const ids = new Map<string, string>();
  for (const node of kept) {
    const id = freshId(taken, node.type);
    taken.add(id);
    ids.set(node.id, id);
  }
  const beside = [...graph.nodes];
  const nodes = kept.map((node) => {
    const side = sideOf(node);
    const names = side ? beside.filter((other) => sideOf(other) === side).map(portName) : [];
    const { weightsOf, ...own } = node;
    const owner = weightsOf === undefined ? undefined : ids.get(weightsOf);
    const pasted: ModelNode = {
      ...own,
      id: ids.get(node.id)!,
      params: side ? { ...node.params, name: freshName(names, portName(node)) } : node.params,
      ...(owner !== undefined && { weightsOf: owner }),
    };
    beside.push(pasted);
    return [node.id, pasted] as const;
  });
  return { nodes, ids };
}

function cornerOf({ layout }: Fragment): Position {
  const positions = Object.values(layout);
  if (positions.length === 0) return [0, 0];
  const { left, top } = boundsOf(positions);
  return [left, top];
}
