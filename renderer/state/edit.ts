import type { Params } from '../../engine/core/fields.ts';
import type { ModelDocument, ModelEdge, ModelNode } from '../../engine/graph/document.ts';
import { GAP_ALONG, NODE_HEIGHT, snap, type Position } from './geometry.ts';
import { inputPort, layerOf } from './layers.ts';

/**
 * Edits of a document, each a pure function from one document to the next. A document is never changed in place:
 * undo keeps the old one, and unchanged nodes keep their identity, so that only what changed is drawn again.
 */
export type Edit = (document: ModelDocument) => ModelDocument;

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

export function nodeIds(document: ModelDocument): Set<string> {
  return new Set(document.nodes.map((node) => node.id));
}

export function newNode(document: ModelDocument, type: string, params: Params = {}): ModelNode {
  return { id: freshId(nodeIds(document), type), type, params: { ...params }, trainable: true };
}

export function addNode(node: ModelNode, position: Position): Edit {
  return (document) => ({
    ...document,
    nodes: [...document.nodes, node],
    layout: { ...document.layout, [node.id]: snap(position) },
  });
}

/** Adds an edge. A port that takes one edge loses the one it had; on a variadic port the edge comes last. */
export function connect(edge: ModelEdge): Edit {
  return (document) => {
    if (document.edges.some((other) => edgeId(other) === edgeId(edge))) return document;
    const target = document.nodes.find((node) => node.id === edge.to.node);
    const variadic = target !== undefined && inputPort(target.type, edge.to.port)?.variadic === true;
    const kept = variadic ? document.edges : document.edges.filter((other) => !sameEnd(other.to, edge.to));
    return { ...document, edges: [...kept, edge] };
  };
}

/** Moves an existing edge elsewhere; on a variadic port it keeps its place among the others. */
export function reconnect(old: ModelEdge, edge: ModelEdge): Edit {
  return (document) => {
    const index = document.edges.findIndex((other) => edgeId(other) === edgeId(old));
    const without = { ...document, edges: document.edges.filter((_, at) => at !== index) };
    const connected = connect(edge)(without);
    if (connected === without || !sameEnd(old.to, edge.to)) return connected;
    const edges = connected.edges.slice(0, -1);
    return { ...connected, edges: [...edges.slice(0, index), edge, ...edges.slice(index)] };
  };
}

export function disconnect(ids: ReadonlySet<string>): Edit {
  return (document) => ({ ...document, edges: document.edges.filter((edge) => !ids.has(edgeId(edge))) });
}

/**
 * Deletes nodes. Where a deleted node stood between others, with exactly one edge coming in, whatever it fed is fed
 * by its predecessor from then on, so that taking a layer out of a chain leaves a chain.
 */
export function removeNodes(ids: Iterable<string>): Edit {
  return (document) => [...ids].reduce(removeNode, document);
}

function removeNode(document: ModelDocument, id: string): ModelDocument {
  const incoming = document.edges.filter((edge) => edge.to.node === id);
  const source = incoming.length === 1 ? incoming[0].from : null;
  const edges = document.edges
    .filter((edge) => edge.to.node !== id)
    .map((edge) => (edge.from.node !== id || !source ? edge : { from: source, to: edge.to }))
    .filter((edge) => edge.from.node !== id);
  const { [id]: _, ...layout } = document.layout;
  return {
    ...document,
    nodes: document.nodes.filter((node) => node.id !== id),
    edges: unique(edges),
    layout,
  };
}

/**
 * Puts a node into an edge: what went straight from one layer to the next goes through it. What follows the edge moves
 * down where there is no room.
 */
export function insertOnEdge(edge: ModelEdge, node: ModelNode): Edit {
  return (document) => {
    const layer = layerOf(node.type);
    const [above, below] = [edge.from.node, edge.to.node].map((id) => document.layout[id] ?? [0, 0]);
    const roomy = below[1] - above[1] >= 2 * PITCH;
    const spread = roomy ? document : moveNodes(shifted(document, edge.to.node))(document);
    const y = roomy ? (above[1] + below[1]) / 2 : above[1] + PITCH;
    const added = addNode(node, [roomy ? (above[0] + below[0]) / 2 : above[0], y])(spread);
    if (!layer || layer.inputs.length === 0 || layer.outputs.length === 0) return added;
    const into: ModelEdge = { from: edge.from, to: { node: node.id, port: layer.inputs[0].name } };
    const outOf: ModelEdge = { from: { node: node.id, port: layer.outputs[0].name }, to: edge.to };
    const edges = added.edges.map((other) => (edgeId(other) === edgeId(edge) ? outOf : other));
    return { ...added, edges: [...edges, into] };
  };
}

const PITCH = NODE_HEIGHT + GAP_ALONG;

/** Positions one layer further down for a node and all that follow it. */
function shifted(document: ModelDocument, start: string): Record<string, Position> {
  const following = document.nodes.filter(({ id }) => id in document.layout && reaches(document, start, id));
  return Object.fromEntries(
    following.map(({ id }) => [id, [document.layout[id][0], document.layout[id][1] + PITCH]]),
  );
}

export function setParam(ids: Iterable<string>, field: string, value: unknown): Edit {
  return changeNodes(ids, (node) => ({ ...node, params: { ...node.params, [field]: value } }));
}

/** Back to the field's default, which is what a document without the parameter means. */
export function resetParam(ids: Iterable<string>, field: string): Edit {
  return changeNodes(ids, (node) => {
    const { [field]: _, ...params } = node.params;
    return { ...node, params };
  });
}

export function setTrainable(ids: Iterable<string>, trainable: boolean): Edit {
  return changeNodes(ids, (node) => ({ ...node, trainable }));
}

export function renameNode(id: string, name: string): Edit {
  return changeNodes([id], ({ name: _, ...node }) => (name.trim() === '' ? node : { ...node, name }));
}

export function moveNodes(positions: Readonly<Record<string, Position>>): Edit {
  return (document) => ({
    ...document,
    layout: {
      ...document.layout,
      ...Object.fromEntries(Object.entries(positions).map(([id, position]) => [id, snap(position)])),
    },
  });
}

function changeNodes(ids: Iterable<string>, change: (node: ModelNode) => ModelNode): Edit {
  const chosen = new Set(ids);
  return (document) => ({
    ...document,
    nodes: document.nodes.map((node) => (chosen.has(node.id) ? change(node) : node)),
  });
}

/** True where `to` can be reached from `from` along edges: an edge the other way round would close a cycle. */
export function reaches(document: ModelDocument, from: string, to: string): boolean {
  const next = new Map<string, string[]>();
  for (const edge of document.edges)
    next.set(edge.from.node, [...(next.get(edge.from.node) ?? []), edge.to.node]);
  const seen = new Set<string>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === to) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...(next.get(node) ?? []));
  }
  return false;
}

const sameEnd = (a: ModelEdge['to'], b: ModelEdge['to']) => a.node === b.node && a.port === b.port;

function unique(edges: readonly ModelEdge[]): ModelEdge[] {
  return [...new Map(edges.map((edge) => [edgeId(edge), edge])).values()];
}
