import type { Params } from '../../engine/core/fields.ts';
import type { ModelDocument, ModelEdge, ModelNode } from '../../engine/graph/document.ts';
import type { Ports } from '../../engine/graph/ports.ts';
import { PITCH, snap, type Position } from './geometry.ts';
import { inputPort, layerOf } from './layers.ts';

/** Nodes, the edges among them and where they stand: a model, or what is inside a group. */
export type Graph = Pick<ModelDocument, 'nodes' | 'edges' | 'layout'>;

/**
 * Edits, each a pure function from one graph to the next. A graph is never changed in place: undo keeps the old one, and
 * unchanged nodes keep their identity, so that only what changed is drawn again.
 */
export type GraphEdit = <G extends Graph>(graph: G) => G;

export function edgeId({ from, to }: ModelEdge): string {
  return `${from.node}.${from.port}>${to.node}.${to.port}`;
}

/** `dense-1`, `dense-2` …: the first one that no node has. */
export function freshId(taken: ReadonlySet<string>, type: string): string {
  const stem = type.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 56) || 'node';
  let number = 1;
  while (taken.has(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
}

export function nodeIds(graph: Graph): Set<string> {
  return new Set(graph.nodes.map((node) => node.id));
}

export function newNode(graph: Graph, type: string, params: Params = {}): ModelNode {
  return { id: freshId(nodeIds(graph), type), type, params: { ...params }, trainable: true };
}

export function addNode(node: ModelNode, position: Position): GraphEdit {
  return (graph) => ({
    ...graph,
    nodes: [...graph.nodes, node],
    layout: { ...graph.layout, [node.id]: snap(position) },
  });
}

/** Adds an edge. A port that takes one edge loses the one it had; on a variadic port the edge comes last. */
export function connect(edge: ModelEdge): GraphEdit {
  return (graph) => {
    if (graph.edges.some((other) => edgeId(other) === edgeId(edge))) return graph;
    const target = graph.nodes.find((node) => node.id === edge.to.node);
    const variadic = target !== undefined && inputPort(target.type, edge.to.port)?.variadic === true;
    const kept = variadic ? graph.edges : graph.edges.filter((other) => !sameEnd(other.to, edge.to));
    return { ...graph, edges: [...kept, edge] };
  };
}

/** Moves an existing edge elsewhere; on a variadic port it keeps its place among the others. */
export function reconnect(old: ModelEdge, edge: ModelEdge): GraphEdit {
  return (graph) => {
    const index = graph.edges.findIndex((other) => edgeId(other) === edgeId(old));
    const without = { ...graph, edges: graph.edges.filter((_, at) => at !== index) };
    const connected = connect(edge)(without);
    if (connected === without || !sameEnd(old.to, edge.to)) return connected;
    const edges = connected.edges.slice(0, -1);
    return { ...connected, edges: [...edges.slice(0, index), edge, ...edges.slice(index)] };
  };
}

export function disconnect(ids: ReadonlySet<string>): GraphEdit {
  return (graph) => ({ ...graph, edges: graph.edges.filter((edge) => !ids.has(edgeId(edge))) });
}

/**
 * Deletes nodes. Where a deleted node stood between others, with exactly one edge coming in, whatever it fed is fed
 * by its predecessor from then on, so that taking a layer out of a chain leaves a chain.
 */
export function removeNodes(ids: Iterable<string>): GraphEdit {
  return (graph) => {
    const gone = new Set(ids);
    return keepWeights(gone)([...gone].reduce((before, id) => removeNode(before, id), graph));
  };
}

function removeNode<G extends Graph>(graph: G, id: string): G {
  const incoming = graph.edges.filter((edge) => edge.to.node === id);
  const source = incoming.length === 1 ? incoming[0].from : null;
  const edges = graph.edges
    .filter((edge) => edge.to.node !== id)
    .map((edge) => (edge.from.node !== id || !source ? edge : { from: source, to: edge.to }))
    .filter((edge) => edge.from.node !== id);
  return takeOut(graph, new Set([id]), uniqueEdges(edges));
}

/** A graph without some nodes and the places where they stood, with the edges that are left. */
export function takeOut<G extends Graph>(graph: G, ids: ReadonlySet<string>, edges: ModelEdge[]): G {
  const layout = Object.fromEntries(Object.entries(graph.layout).filter(([id]) => !ids.has(id)));
  return { ...graph, nodes: graph.nodes.filter(({ id }) => !ids.has(id)), edges, layout };
}

/** Of the nodes that used the weights of one that is gone, the first has weights of its own now, and the others use its. */
export function keepWeights(gone: ReadonlySet<string>): GraphEdit {
  return (graph) => {
    const heirs = new Map<string, string>();
    const nodes = graph.nodes.map((node) => {
      const { weightsOf, ...own } = node;
      if (weightsOf === undefined || !gone.has(weightsOf)) return node;
      const heir = heirs.get(weightsOf);
      if (heir !== undefined) return { ...node, weightsOf: heir };
      heirs.set(weightsOf, node.id);
      return own;
    });
    return heirs.size === 0 ? graph : { ...graph, nodes };
  };
}

/**
 * Puts a node into an edge: what went straight from one layer to the next goes through it. What follows the edge moves
 * down where there is no room. A placed group's `ports` are those of its definition.
 */
export function insertOnEdge(
  edge: ModelEdge,
  node: ModelNode,
  ports: Ports | undefined = layerOf(node.type),
): GraphEdit {
  return (graph) => {
    const [above, below] = [edge.from.node, edge.to.node].map((id) => graph.layout[id] ?? [0, 0]);
    const roomy = below[1] - above[1] >= 2 * PITCH;
    const spread = roomy ? graph : moveNodes(shifted(graph, edge.to.node))(graph);
    const y = roomy ? (above[1] + below[1]) / 2 : above[1] + PITCH;
    const added = addNode(node, [roomy ? (above[0] + below[0]) / 2 : above[0], y])(spread);
    if (!ports || ports.inputs.length === 0 || ports.outputs.length === 0) return added;
    const into: ModelEdge = { from: edge.from, to: { node: node.id, port: ports.inputs[0].name } };
    const outOf: ModelEdge = { from: { node: node.id, port: ports.outputs[0].name }, to: edge.to };
    const edges = added.edges.map((other) => (edgeId(other) === edgeId(edge) ? outOf : other));
    return { ...added, edges: [...edges, into] };
  };
}

/** Positions one layer further down for a node and all that follow it. */
function shifted(graph: Graph, start: string): Record<string, Position> {
  const placed = [...following(graph, start)].filter((id) => id in graph.layout);
  return Object.fromEntries(placed.map((id) => [id, [graph.layout[id][0], graph.layout[id][1] + PITCH]]));
}

export function setParam(ids: Iterable<string>, field: string, value: unknown): GraphEdit {
  return changeNodes(ids, (node) => ({ ...node, params: { ...node.params, [field]: value } }));
}

/** Back to the field's default, which is what a node without the parameter means. */
export function resetParam(ids: Iterable<string>, field: string): GraphEdit {
  return changeNodes(ids, (node) => {
    const { [field]: _, ...params } = node.params;
    return { ...node, params };
  });
}

export function setTrainable(ids: Iterable<string>, trainable: boolean): GraphEdit {
  return changeNodes(ids, (node) => ({ ...node, trainable }));
}

/** Lets a node use the weights of another one beside it; null gives it weights of its own. */
export function shareWeights(id: string, owner: string | null): GraphEdit {
  return changeNodes([id], ({ weightsOf: _, ...node }) =>
    owner === null ? node : { ...node, weightsOf: owner },
  );
}

export function renameNode(id: string, name: string): GraphEdit {
  return changeNodes([id], ({ name: _, ...node }) => (name.trim() === '' ? node : { ...node, name }));
}

export function moveNodes(positions: Readonly<Record<string, Position>>): GraphEdit {
  return (graph) => ({
    ...graph,
    layout: {
      ...graph.layout,
      ...Object.fromEntries(Object.entries(positions).map(([id, position]) => [id, snap(position)])),
    },
  });
}

function changeNodes(ids: Iterable<string>, change: (node: ModelNode) => ModelNode): GraphEdit {
  const chosen = new Set(ids);
  return (graph) => ({
    ...graph,
    nodes: graph.nodes.map((node) => (chosen.has(node.id) ? change(node) : node)),
  });
}

/** True where `to` can be reached from `from` along edges: an edge the other way round would close a cycle. */
export function reaches(graph: Graph, from: string, to: string): boolean {
  return following(graph, from).has(to);
}

/** A node and all that can be reached from it along edges. */
export function following(graph: Graph, start: string): ReadonlySet<string> {
  const next = Map.groupBy(graph.edges, ({ from }) => from.node);
  const seen = new Set<string>();
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...(next.get(node) ?? []).map(({ to }) => to.node));
  }
  return seen;
}

const sameEnd = (a: ModelEdge['to'], b: ModelEdge['to']) => a.node === b.node && a.port === b.port;

/** Edges without those that are there twice. */
export function uniqueEdges(edges: readonly ModelEdge[]): ModelEdge[] {
  return [...new Map(edges.map((edge) => [edgeId(edge), edge])).values()];
}
