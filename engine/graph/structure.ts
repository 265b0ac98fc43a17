import type { LayerRecord } from '../layers/layer.ts';
import { layerOf } from './catalogue.ts';
import type { Diagnostic } from './check.ts';
import type { ModelDocument, ModelEdge, ModelNode } from './document.ts';

/** A document's nodes and edges, sorted out: what can be followed, in which order, and what is wrong with the rest. */
export interface Structure {
  readonly nodes: ReadonlyMap<string, ModelNode>;
  /** Sound edges by the node they arrive at, in the order of the document. */
  readonly arriving: ReadonlyMap<string, readonly ModelEdge[]>;
  readonly order: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export function checkStructure(document: ModelDocument): Structure {
  const diagnostics: Diagnostic[] = [];
  const nodes = collectNodes(document, diagnostics);
  const arriving = new Map<string, ModelEdge[]>();
  for (const edge of document.edges) {
    const problem = checkEdge(edge, nodes, arriving);
    if (problem) diagnostics.push(problem);
    else arriving.set(edge.to.node, [...(arriving.get(edge.to.node) ?? []), edge]);
  }
  const { order, cycles } = sort(nodes, arriving);
  diagnostics.push(...cycles.map(cycleProblem));
  for (const node of nodes.values()) diagnostics.push(...checkPorts(node, arriving.get(node.id) ?? []));
  return { nodes, arriving, order, diagnostics };
}

function collectNodes(document: ModelDocument, diagnostics: Diagnostic[]): Map<string, ModelNode> {
  const nodes = new Map<string, ModelNode>();
  for (const node of document.nodes) {
    if (nodes.has(node.id)) {
      diagnostics.push({
        code: 'GRAPH_DUPLICATE_ID',
        severity: 'error',
        node: node.id,
        message: `Two nodes have the id "${node.id}".`,
        expected: 'a different id for every node',
        fix: 'Rename one of them in the file.',
      });
      continue;
    }
    nodes.set(node.id, node);
    if (!layerOf(node.type)) {
      diagnostics.push({
        code: 'LAYER_UNKNOWN',
        severity: 'error',
        node: node.id,
        message: `This version of Strata has no layer called "${node.type}".`,
        got: node.type,
        fix: 'Update Strata, or replace the node by another layer.',
      });
    }
  }
  return nodes;
}

function checkEdge(
  { from, to }: ModelEdge,
  nodes: ReadonlyMap<string, ModelNode>,
  arriving: ReadonlyMap<string, readonly ModelEdge[]>,
): Diagnostic | null {
  const ends = [
    { end: from, layer: layerAt(nodes, from.node), ports: 'outputs' as const },
    { end: to, layer: layerAt(nodes, to.node), ports: 'inputs' as const },
  ];
  for (const { end, layer, ports } of ends) {
    if (!nodes.has(end.node)) return dangling(from, to, `There is no node "${end.node}".`, nodes);
    if (layer && !layer[ports].some(({ name }) => name === end.port)) {
      return dangling(
        from,
        to,
        `${layer.title} has no ${ports === 'inputs' ? 'input' : 'output'} "${end.port}".`,
        nodes,
      );
    }
  }
  const port = layerAt(nodes, to.node)?.inputs.find(({ name }) => name === to.port);
  const taken = (arriving.get(to.node) ?? []).some((edge) => edge.to.port === to.port);
  if (!taken || port?.variadic) return null;
  return {
    code: 'GRAPH_PORT_TAKEN',
    severity: 'error',
    node: to.node,
    port: to.port,
    message: `Two connections arrive at "${to.port}", which takes one.`,
    got: `a second connection, from ${from.node}`,
    fix: 'Remove one of them, or join the values with Add or Concat first.',
  };
}

const layerAt = (nodes: ReadonlyMap<string, ModelNode>, id: string): LayerRecord | undefined =>
  layerOf(nodes.get(id)?.type ?? '');

function dangling(
  from: ModelEdge['from'],
  to: ModelEdge['to'],
  message: string,
  nodes: ReadonlyMap<string, ModelNode>,
): Diagnostic {
  return {
    code: 'GRAPH_DANGLING_EDGE',
    severity: 'error',
    ...(nodes.has(to.node) ? { node: to.node } : nodes.has(from.node) ? { node: from.node } : {}),
    message: `A connection leads nowhere. ${message}`,
    got: `${from.node}.${from.port} → ${to.node}.${to.port}`,
    fix: 'Remove the connection and draw it again.',
  };
}

function checkPorts(node: ModelNode, arriving: readonly ModelEdge[]): Diagnostic[] {
  const missing = layerOf(node.type)?.inputs.filter(
    ({ name, optional }) => !optional && !arriving.some(({ to }) => to.port === name),
  );
  return (missing ?? []).map((port) => ({
    code: 'GRAPH_UNCONNECTED',
    severity: 'error',
    node: node.id,
    port: port.name,
    message: `Nothing is connected to "${port.name}".`,
    expected: port.doc,
    fix: 'Connect a layer to it.',
  }));
}

/** Topological order (Kahn, 1962), ties in the order of the document; and the cycles that kept nodes out of it. */
function sort(
  nodes: ReadonlyMap<string, ModelNode>,
  arriving: ReadonlyMap<string, readonly ModelEdge[]>,
): { readonly order: string[]; readonly cycles: string[][] } {
  const sources = new Map<string, string[]>();
  const targets = new Map<string, string[]>();
  for (const id of nodes.keys()) {
    sources.set(id, []);
    targets.set(id, []);
  }
  for (const { from, to } of [...arriving.values()].flat()) {
    sources.get(to.node)!.push(from.node);
    targets.get(from.node)!.push(to.node);
  }
  const order = peel(nodes.keys(), sources, targets);
  return { order, cycles: findCycles(without(nodes.keys(), order), sources, targets) };
}

function without(ids: Iterable<string>, removed: Iterable<string>): Set<string> {
  const gone = new Set(removed);
  return new Set([...ids].filter((id) => !gone.has(id)));
}

/** Takes away nodes of `ids` that nothing of `ids` comes before, one after the other, as far as that goes. */
function peel(
  ids: Iterable<string>,
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
): string[] {
  const all = new Set(ids);
  const waiting = new Map(
    [...all].map((id) => [id, before.get(id)!.filter((other) => all.has(other)).length]),
  );
  const peeled = [...all].filter((id) => waiting.get(id) === 0);
  for (let at = 0; at < peeled.length; at++) {
    for (const next of after.get(peeled[at])!) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) peeled.push(next);
    }
  }
  return peeled;
}

/** Cycles without a common node, each in the order of its edges. Every node of `rest` lies on one or between some. */
function findCycles(
  rest: ReadonlySet<string>,
  sources: ReadonlyMap<string, readonly string[]>,
  targets: ReadonlyMap<string, readonly string[]>,
): string[][] {
  const cycles: string[][] = [];
  for (;;) {
    // What only leads into a cycle, or only out of one, is not to blame.
    const behind = without(rest, peel(rest, sources, targets));
    rest = without(behind, peel(behind, targets, sources));
    const [start] = rest;
    if (start === undefined) return cycles;
    const walk = [start];
    const next = (id: string): string => targets.get(id)!.find((target) => rest.has(target))!;
    while (!walk.includes(next(walk.at(-1)!))) walk.push(next(walk.at(-1)!));
    const cycle = walk.slice(walk.indexOf(next(walk.at(-1)!)));
    cycles.push(cycle);
    rest = without(rest, cycle);
  }
}

function cycleProblem(nodes: readonly string[]): Diagnostic {
  return {
    code: 'GRAPH_CYCLE',
    severity: 'error',
    node: nodes[0],
    message: 'These layers are connected in a circle, so none of them can be computed first.',
    got: [...nodes, nodes[0]].join(' → '),
    expected: 'a graph without circles',
    fix: 'Remove one of the connections between them.',
  };
}
