import { StrataError } from '../../engine/core/errors.ts';
import type { Endpoint, ModelDocument, ModelEdge, ModelNode } from '../../engine/graph/document.ts';
import { portName } from '../../engine/graph/ports.ts';
import { addNode, following, keepWeights, takeOut, uniqueEdges, type Graph } from './edit.ts';
import {
  boundsOf,
  type Bounds,
  GAP_ACROSS,
  GAP_ALONG,
  GRID,
  NODE_HEIGHT,
  NODE_WIDTH,
  PITCH,
  snap,
  type Position,
} from './geometry.ts';
import { editAt, freshGroupId, freshGroupName, placedGroup, type Made } from './groups.ts';
import { graphAt, type Level } from './levels.ts';
import { newPort, sideOf, type Side } from './ports.ts';

/**
 * Makes a group of nodes of a level: a definition with a port for every value that crosses its border, and one placed
 * group where the nodes were. Throws `GROUP_NOTHING` where there is nothing to group, `GROUP_AROUND` where a value would
 * leave the group and come back into it.
 */
export function groupNodes(document: ModelDocument, level: Level, ids: ReadonlySet<string>): Made {
  const graph = graphAt(document, level);
  const nodes = graph.nodes.filter((node) => ids.has(node.id) && sideOf(node) === undefined);
  const chosen = new Set(nodes.map(({ id }) => id));
  requireGroup(graph, chosen);
  const group = freshGroupId(document);
  const placed = placedGroup(graph, group);
  const box = boundsOf(nodes.map(({ id }) => graph.layout[id] ?? [0, 0]));
  const { inner, outer } = cut(graph, chosen, placed.id);
  const others = new Set(graph.nodes.map(({ id }) => id).filter((id) => !chosen.has(id)));
  const definition = { id: group, name: freshGroupName(document, 'Group'), ...keepWeights(others)(inner) };
  const replace = editAt(level, (before) =>
    addNode(placed, middleOf(box))(keepWeights(chosen)(takeOut(before, chosen, outer))),
  );
  return {
    edit: (before) => replace({ ...before, groups: [...before.groups, definition] }),
    ids: [placed.id],
  };
}

/** Where a node stands in the middle of a box: rounded down, which `ungroup` rounds up again. */
function middleOf({ left, right, top, bottom }: Bounds): Position {
  const middle = [(left + right - NODE_WIDTH) / 2, (top + bottom - NODE_HEIGHT) / 2];
  return [Math.floor(middle[0] / GRID) * GRID, Math.floor(middle[1] / GRID) * GRID];
}

function requireGroup(graph: Graph, chosen: ReadonlySet<string>): void {
  if (chosen.size === 0) {
    throw new StrataError({
      code: 'GROUP_NOTHING',
      message: 'There is nothing here that could become a group.',
      fix: 'Select the layers that belong together.',
    });
  }
  const leaving = graph.edges.filter(({ from, to }) => chosen.has(from.node) && !chosen.has(to.node));
  const between = leaving.find(({ to }) => !chosen.isDisjointFrom(following(graph, to.node)));
  if (!between) return;
  throw new StrataError({
    code: 'GROUP_AROUND',
    message: 'These layers cannot be one group: a value would leave it and come back into it.',
    got: `a connection to ${between.to.node}, which leads back into the selection`,
    fix: 'Select what stands between them, too.',
  });
}

/** Cuts a graph in two along the border of a group: what is inside, with its ports, and the edges that stay outside. */
function cut(
  graph: Graph,
  chosen: ReadonlySet<string>,
  placed: string,
): { readonly inner: Graph; readonly outer: ModelEdge[] } {
  const crossing = (inwards: boolean) =>
    graph.edges.filter(
      ({ from, to }) => chosen.has(to.node) === inwards && chosen.has(from.node) !== inwards,
    );
  const taken = new Set(chosen);
  const entries = gates('input', crossing(true), graph, taken);
  const exits = gates('output', crossing(false), graph, taken);
  const inner: ModelEdge[] = [];
  const outer: ModelEdge[] = [];
  for (const edge of graph.edges) {
    const { from, to } = edge;
    const [entry, exit] = [entries, exits].map((side) => side.get(keyOf(from)));
    if (chosen.has(from.node) && chosen.has(to.node)) inner.push(edge);
    else if (chosen.has(to.node)) {
      inner.push({ from: { node: entry!.id, port: 'output' }, to });
      outer.push({ from, to: { node: placed, port: portName(entry!) } });
    } else if (chosen.has(from.node)) {
      inner.push({ from, to: { node: exit!.id, port: 'input' } });
      outer.push({ from: { node: placed, port: portName(exit!) }, to });
    } else outer.push(edge);
  }
  const inside = graph.nodes.filter(({ id }) => chosen.has(id));
  const stood = Object.entries(graph.layout).filter(([id]) => chosen.has(id));
  const nodes = [...entries.values(), ...inside, ...exits.values()];
  const layout = {
    ...Object.fromEntries(stood),
    ...rows(boundsOf(stood.map(([, at]) => at)), entries, exits),
  };
  return { inner: { nodes, edges: uniqueEdges(inner), layout }, outer: uniqueEdges(outer) };
}

const keyOf = ({ node, port }: Endpoint): string => `${node}.${port}`;

/** A port for every value that crosses the border one way, by where it comes from, from left to right. */
function gates(
  side: Side,
  crossing: readonly ModelEdge[],
  graph: Graph,
  taken: Set<string>,
): ReadonlyMap<string, ModelNode> {
  const across = ({ from }: ModelEdge) => graph.layout[from.node]?.[0] ?? 0;
  const gates = new Map<string, ModelNode>();
  for (const edge of [...crossing].sort((a, b) => across(a) - across(b))) {
    if (gates.has(keyOf(edge.from))) continue;
    const wanted = side === 'input' ? edge.to.port : edge.from.port;
    const node = newPort(side, wanted, [...gates.values()], taken);
    taken.add(node.id);
    gates.set(keyOf(edge.from), node);
  }
  return gates;
}

/** Places for the ports: a row above what is inside, and one below. */
function rows(
  { left, right, top, bottom }: Bounds,
  entries: ReadonlyMap<string, ModelNode>,
  exits: ReadonlyMap<string, ModelNode>,
): Graph['layout'] {
  const row = (ports: ReadonlyMap<string, ModelNode>, y: number) =>
    [...ports.values()].map(({ id }, index) => {
      const offset = (index - (ports.size - 1) / 2) * (NODE_WIDTH + GAP_ACROSS);
      return [id, snap([(left + right - NODE_WIDTH) / 2 + offset, y])] as const;
    });
  return Object.fromEntries([...row(entries, top - PITCH), ...row(exits, bottom + GAP_ALONG)]);
}
