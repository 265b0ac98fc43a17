import { roundsOf } from '../../engine/graph/definitions.ts';
import type {
  Endpoint,
  GroupDefinition,
  ModelDocument,
  ModelEdge,
  ModelNode,
} from '../../engine/graph/document.ts';
import { portName, portNodes } from '../../engine/graph/ports.ts';
import {
  following,
  freshId,
  keepWeights,
  moveNodes,
  nodeIds,
  takeOut,
  uniqueEdges,
  type Graph,
} from './edit.ts';
import { boundsOf, GAP_ALONG, NODE_HEIGHT, NODE_WIDTH, PITCH, snap, type Position } from './geometry.ts';
import { editAt, removeGroup, type Made } from './groups.ts';
import { definitionIn, graphAt, type Level } from './levels.ts';
import { sideOf } from './ports.ts';

/** Ids that the nodes of a definition get in one round. */
type Round = ReadonlyMap<string, string>;

/**
 * Puts what is inside a placed group in its place, once for every round, with the connections that led through its ports.
 * Weights that it shared with another group become its own. With its last use the definition leaves the document.
 */
export function ungroup(document: ModelDocument, level: Level, id: string): Made {
  const graph = graphAt(document, level);
  const placed = graph.nodes.find((node) => node.id === id);
  const definition = placed && definitionIn(document.groups, placed);
  if (!definition) return { edit: (before) => before, ids: [] };
  const inside = definition.nodes.filter((node) => sideOf(node) === undefined);
  const rounds = unroll(graph, placed, inside);
  const nodes = rounds.flatMap((ids) => inside.map((node) => copyOf(node, ids, placed.trainable)));
  const { layout, room } = places(graph, placed, definition, rounds);
  const edges = rewire(graph, id, definition, rounds);
  const replace = editAt(level, (before) => {
    const gone = new Set([id]);
    const left = keepWeights(gone)(moveNodes(room)(takeOut(before, gone, edges)));
    return { ...left, nodes: [...left.nodes, ...nodes], layout: { ...left.layout, ...layout } };
  });
  return {
    edit: (before) => removeGroup(definition.id)(replace(before)),
    ids: nodes.map((node) => node.id),
  };
}

/** The first round keeps its ids where they are free, so that grouping and ungrouping leaves a model as it was. */
function unroll(graph: Graph, placed: ModelNode, inside: readonly ModelNode[]): readonly Round[] {
  const taken = nodeIds(graph);
  taken.delete(placed.id);
  return Array.from({ length: roundsOf(placed) }, () => {
    const entries = inside.map(({ id, type }) => {
      const own = taken.has(id) ? freshId(taken, type) : id;
      taken.add(own);
      return [id, own] as const;
    });
    return new Map(entries);
  });
}

function copyOf(node: ModelNode, ids: Round, trainable: boolean): ModelNode {
  const { weightsOf, ...own } = node;
  const owner = weightsOf === undefined ? undefined : ids.get(weightsOf);
  return {
    ...own,
    id: ids.get(node.id)!,
    trainable: trainable && node.trainable,
    ...(owner !== undefined && { weightsOf: owner }),
  };
}

/** The level's edges with those inside, each from where its value comes once the ports are gone. */
function rewire(
  graph: Graph,
  placed: string,
  definition: GroupDefinition,
  rounds: readonly Round[],
): ModelEdge[] {
  const [inputs, outputs] = [portNodes(definition, 'input'), portNodes(definition, 'output')];
  const arriving = new Map(
    graph.edges.filter(({ to }) => to.node === placed).map(({ from, to }) => [to.port, from]),
  );
  const results = new Map(definition.edges.map(({ from, to }) => [to.node, from]));
  const source = ({ node, port }: Endpoint, round: number): Endpoint | undefined => {
    const at = inputs.findIndex(({ id }) => id === node);
    const copy = rounds[round].get(node);
    if (at < 0) return copy === undefined ? undefined : { node: copy, port };
    const carried = round > 0 && at < outputs.length;
    return carried ? result(outputs[at], round - 1) : arriving.get(portName(inputs[at]));
  };
  const result = (output: ModelNode | undefined, round: number): Endpoint | undefined => {
    const end = output && results.get(output.id);
    return end && source(end, round);
  };
  const joined = (from: Endpoint | undefined, to: Endpoint) => (from ? [{ from, to }] : []);
  const outer = graph.edges.flatMap((edge) => {
    if (edge.to.node === placed) return [];
    if (edge.from.node !== placed) return [edge];
    const output = outputs.find((port) => portName(port) === edge.from.port);
    return joined(result(output, rounds.length - 1), edge.to);
  });
  const inner = rounds.flatMap((ids, round) =>
    definition.edges.flatMap(({ from, to }) => {
      const node = ids.get(to.node);
      return node === undefined ? [] : joined(source(from, round), { node, port: to.port });
    }),
  );
  return uniqueEdges([...outer, ...inner]);
}

/** Where what was inside goes, centred on the group, and how far what follows has to make room for it. */
function places(
  graph: Graph,
  placed: ModelNode,
  definition: GroupDefinition,
  rounds: readonly Round[],
): { readonly layout: Graph['layout']; readonly room: Readonly<Record<string, Position>> } {
  const at = (id: string): Position => graph.layout[id] ?? [0, 0];
  const inside = [...rounds[0].keys()].map((id) => [id, definition.layout[id] ?? [0, 0]] as const);
  if (inside.length === 0) return { layout: {}, room: {} };
  const box = boundsOf(inside.map(([, position]) => position));
  const pitch = box.bottom - box.top + GAP_ALONG;
  const height = rounds.length * pitch - GAP_ALONG;
  const [x, y] = at(placed.id);
  const above = graph.edges.filter(({ to }) => to.node === placed.id).map(({ from }) => at(from.node)[1]);
  const below = graph.edges.filter(({ from }) => from.node === placed.id).map(({ to }) => at(to.node)[1]);
  const limit = Math.max(-Infinity, ...above.map((edge) => edge + PITCH));
  const [left, middle] = snap([x + (NODE_WIDTH - box.right + box.left) / 2, y + (NODE_HEIGHT - height) / 2]);
  const top = Math.max(middle, limit);
  const [dx, dy] = [left - box.left, top - box.top];
  const layout = rounds.flatMap((ids, round) =>
    inside.map(([id, [x, y]]) => [ids.get(id)!, snap([x + dx, y + dy + round * pitch])] as const),
  );
  const push = Math.max(0, top + height + GAP_ALONG - Math.min(...below));
  const after = push === 0 ? [] : [...following(graph, placed.id)].filter((id) => id !== placed.id);
  return {
    layout: Object.fromEntries(layout),
    room: Object.fromEntries(after.map((id) => [id, [at(id)[0], at(id)[1] + push]])),
  };
}
