import type { Edge, Node } from '@xyflow/svelte';
import { parseParams, type Field } from '../../engine/core/fields.ts';
import { formatShape } from '../../engine/core/shape.ts';
import type { Diagnostic, GraphCheck } from '../../engine/graph/check.ts';
import type { ModelDocument, ModelEdge, ModelNode } from '../../engine/graph/document.ts';
import type { LayerRecord, PortType } from '../../engine/layers/layer.ts';
import { formatPort } from '../../engine/layers/shapes.ts';
import { edgeId } from '../state/edit.ts';
import type { Position } from '../state/geometry.ts';
import { layerOf } from '../state/layers.ts';

/** What the canvas draws of a node. */
export interface LayerView extends Record<string, unknown> {
  readonly node: ModelNode;
  readonly layer: LayerRecord | undefined;
  /** Key parameters in a few words. */
  readonly facts: string;
  /** Shape of what leaves the node, without the batch; null while it is not known. */
  readonly output: string | null;
  readonly parameters: number;
  readonly problems: readonly Diagnostic[];
  /** The document's position that the flow's node was last put at. */
  readonly at: Position;
}

export interface EdgeView extends Record<string, unknown> {
  readonly edge: ModelEdge;
  readonly label: string;
  readonly title: string;
  readonly broken: boolean;
  readonly indices: boolean;
}

export type FlowNode = Node<LayerView, 'layer'>;
export type FlowEdge = Edge<EdgeView, 'layer'>;

/** The flow's nodes for a document. A node that looks as before is the same object, so that it is not drawn again. */
export function flowNodes(
  previous: readonly FlowNode[],
  document: ModelDocument,
  check: GraphCheck,
  selected: ReadonlySet<string>,
): FlowNode[] {
  const before = new Map(previous.map((node) => [node.id, node]));
  const problems = Map.groupBy(check.diagnostics, (diagnostic) => diagnostic.node);
  return document.nodes.map((node, index) => {
    const old = before.get(node.id);
    const at = document.layout[node.id] ?? old?.data.at ?? [0, index * 104];
    const data = keepEqual(old?.data, viewOf(node, check, problems.get(node.id) ?? [], at));
    const isSelected = selected.has(node.id);
    if (old && old.data === data && (old.selected ?? false) === isSelected) return old;
    // A node that is being dragged is where the pointer has it, not where the document has it.
    const moved = !old || old.data.at[0] !== at[0] || old.data.at[1] !== at[1];
    return {
      ...old,
      id: node.id,
      type: 'layer',
      data,
      selected: isSelected,
      position: moved ? { x: at[0], y: at[1] } : old.position,
      ariaLabel: titleOf(node),
    };
  });
}

export function flowEdges(
  previous: readonly FlowEdge[],
  document: ModelDocument,
  check: GraphCheck,
  selected: ReadonlySet<string>,
): FlowEdge[] {
  const before = new Map(previous.map((edge) => [edge.id, edge]));
  const nodes = new Set(document.nodes.map((node) => node.id));
  const broken = new Set(
    check.diagnostics
      .filter(({ severity, port }) => severity === 'error' && port)
      .map(({ node, port }) => `${node}.${port}`),
  );
  return document.edges
    .filter(({ from, to }) => nodes.has(from.node) && nodes.has(to.node))
    .map((edge) => {
      const id = edgeId(edge);
      const old = before.get(id);
      const data = keepEqual(old?.data, edgeViewOf(edge, check, broken));
      const isSelected = selected.has(id);
      if (old && old.data === data && (old.selected ?? false) === isSelected) return old;
      return {
        id,
        type: 'layer',
        source: edge.from.node,
        sourceHandle: edge.from.port,
        target: edge.to.node,
        targetHandle: edge.to.port,
        selected: isSelected,
        data,
        ariaLabel: `Connection from ${edge.from.node} to ${edge.to.node}`,
      };
    });
}

export function titleOf(node: ModelNode): string {
  return node.name ?? layerOf(node.type)?.title ?? node.type;
}

/** `28 × 28 × 1`: what one example is. The batch axis is the same everywhere, so only tooltips show it. */
export function shapeOfExample(type: PortType): string {
  return type.shape.length > 1 ? formatShape(type.shape.slice(1)) : type.dtype === 'i32' ? 'index' : '1';
}

function viewOf(
  node: ModelNode,
  check: GraphCheck,
  problems: readonly Diagnostic[],
  at: Position,
): LayerView {
  const layer = layerOf(node.type);
  const known = check.nodes[node.id];
  const [output] = Object.values(known?.outputs ?? {});
  return {
    node,
    layer,
    facts: layer ? factsOf(layer, node) : `Unknown layer type “${node.type}”`,
    output: output ? shapeOfExample(output) : null,
    parameters: known?.parameters ?? 0,
    problems,
    at,
  };
}

function edgeViewOf(edge: ModelEdge, check: GraphCheck, broken: ReadonlySet<string>): EdgeView {
  const type = check.nodes[edge.from.node]?.outputs[edge.from.port];
  return {
    edge,
    label: type ? shapeOfExample(type) : '',
    title: type ? formatPort(type) : 'The shape is not known yet',
    broken: broken.has(`${edge.to.node}.${edge.to.port}`),
    indices: type?.dtype === 'i32',
  };
}

/** The parameters that tell one such layer from another, in the order of the form: `32 filters · 3 × 3`. */
function factsOf(layer: LayerRecord, node: ModelNode): string {
  const { params } = parseParams(layer.fields, node.params);
  return Object.entries(layer.fields)
    .flatMap(([name, field], index) =>
      isTelling(layer, field, params[name], index) ? [factOf(name, field, params[name], layer, index)] : [],
    )
    .join(' · ');
}

/** What leads the form says what the layer is; the rest, and what a loss has, only where it is not as usual. */
function isTelling(layer: LayerRecord, field: Field, value: unknown, index: number): boolean {
  if (field.advanced) return false;
  const plain = field.kind !== 'choice' && field.kind !== 'boolean';
  const usual = JSON.stringify(value) === JSON.stringify(field.default);
  return !usual || (plain && !layer.loss && index < 2);
}

function factOf(name: string, field: Field, value: unknown, layer: LayerRecord, index: number): string {
  const label = field.label.toLowerCase();
  switch (field.kind) {
    case 'boolean':
      return `${value ? '' : 'no '}${label}`;
    case 'choice':
      return field.options.find((option) => option.value === value)?.label ?? '';
    case 'columns':
      return columnsFact(value as readonly string[], field.role);
    case 'integers':
      return `${bare(layer, index) ? '' : `${label} `}${(value as readonly number[]).join(' × ')}`;
    case 'numbers':
      return `${label} ${(value as readonly number[]).join(', ')}`;
    case 'number':
      return name === layer.width ? `${value} ${label}` : `${label} ${value}`;
    case 'text':
      return String(value);
  }
}

/** The first extent needs no name: `3 × 3` is the window. */
function bare(layer: LayerRecord, index: number): boolean {
  return Object.values(layer.fields).findIndex(({ kind }) => kind === 'integers') >= index;
}

function columnsFact(names: readonly string[], role: string): string {
  if (names.length === 0) return `all ${role} columns`;
  return names.length <= 2 ? names.join(', ') : `${names.length} columns`;
}

/** `old` where both say the same, so that what depends on it does not change either. */
function keepEqual<T extends Record<string, unknown>>(old: T | undefined, next: T): T {
  if (!old) return next;
  const equal = (key: string) =>
    old[key] === next[key] || JSON.stringify(old[key]) === JSON.stringify(next[key]);
  return Object.keys(next).every((key) => key === 'layer' || equal(key)) ? old : next;
}
