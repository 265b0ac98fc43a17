import { layerOf } from './catalogue.ts';
import type { Diagnostic } from './check.ts';
import type { Definitions } from './definitions.ts';
import type { GroupDefinition, ModelDocument, ModelEdge, ModelNode } from './document.ts';
import { checkPlaced, checkPortNodes } from './placing.ts';
import { portsOf } from './ports.ts';
import { findOwners } from './sharing.ts';

/** Nodes that stand beside each other, in a document or in the definition of a group, and the edges among them. */
export type Graph = Pick<ModelDocument, 'nodes' | 'edges'>;

/** A graph's nodes and edges, sorted out: what can be followed, and what is wrong with the rest. */
export interface Structure {
  readonly nodes: ReadonlyMap<string, ModelNode>;
  /** Sound edges by the node they arrive at, in the order of the document. */
  readonly arriving: ReadonlyMap<string, readonly ModelEdge[]>;
  /** Placed groups that can be replaced by what they stand for. */
  readonly placed: ReadonlyMap<string, GroupDefinition>;
  /** The node whose weights a node uses, for those that use others'. */
  readonly owners: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Sorts out a document's own graph, or that of the definition `group`. */
export function checkStructure(graph: Graph, definitions: Definitions, group?: GroupDefinition): Structure {
  const diagnostics: Diagnostic[] = [];
  const nodes = collectNodes(graph, diagnostics);
  const { groups } = definitions;
  const arriving = new Map<string, ModelEdge[]>();
  for (const edge of graph.edges) {
    const problem = checkEdge(edge, nodes, arriving, groups);
    if (problem) diagnostics.push(problem);
    else arriving.set(edge.to.node, [...(arriving.get(edge.to.node) ?? []), edge]);
  }
  for (const node of nodes.values()) {
    diagnostics.push(...checkPorts(node, arriving.get(node.id) ?? [], groups));
  }
  diagnostics.push(...checkPortNodes(nodes.values(), group));
  const placed = checkPlaced(nodes.values(), definitions, group);
  const shared = findOwners(nodes);
  return {
    nodes,
    arriving,
    placed: placed.placed,
    owners: shared.owners,
    diagnostics: [...diagnostics, ...placed.diagnostics, ...shared.diagnostics],
  };
}

function collectNodes(graph: Graph, diagnostics: Diagnostic[]): Map<string, ModelNode> {
  const nodes = new Map<string, ModelNode>();
  for (const node of graph.nodes) {
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
  groups: readonly GroupDefinition[],
): Diagnostic | null {
  const sides = [
    { end: from, side: 'outputs', word: 'output' },
    { end: to, side: 'inputs', word: 'input' },
  ] as const;
  for (const { end, side, word } of sides) {
    const node = nodes.get(end.node);
    if (!node) return dangling(from, to, `There is no node "${end.node}".`, nodes);
    const ports = portsOf(node, groups);
    if (ports && !ports[side].some(({ name }) => name === end.port)) {
      return dangling(from, to, `${titleOf(node)} has no ${word} "${end.port}".`, nodes);
    }
  }
  const port = portsOf(nodes.get(to.node)!, groups)?.inputs.find(({ name }) => name === to.port);
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

const titleOf = (node: ModelNode): string => node.name ?? layerOf(node.type)?.title ?? node.type;

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

function checkPorts(
  node: ModelNode,
  arriving: readonly ModelEdge[],
  groups: readonly GroupDefinition[],
): Diagnostic[] {
  const missing = portsOf(node, groups)?.inputs.filter(
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
