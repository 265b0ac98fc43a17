import type { Edge, Node } from '@xyflow/svelte';
import { parseParams, type Field } from '../../engine/core/fields.ts';
import { formatShape } from '../../engine/core/shape.ts';
import type { Diagnostic, NodeCheck } from '../../engine/graph/check.ts';
import { isPlaced, roundsOf } from '../../engine/graph/definitions.ts';
import type { GroupDefinition, ModelEdge, ModelNode } from '../../engine/graph/document.ts';
import { portsOf, type Ports } from '../../engine/graph/ports.ts';
import type { LayerRecord, PortType } from '../../engine/layers/layer.ts';
import { formatPort } from '../../engine/layers/shapes.ts';
import { edgeId, type Graph } from '../state/edit.ts';
import type { Position } from '../state/geometry.ts';
import { layerOf } from '../state/layers.ts';
import { definitionIn } from '../state/levels.ts';
import { kindOf, titleOf } from '../state/names.ts';
import { sideOf, type Side } from '../state/ports.ts';
import { familiesOf } from '../state/sharing.ts';

/** What the canvas draws of a node. */
export interface LayerView extends Record<string, unknown> {
  readonly node: ModelNode;
  readonly layer: LayerRecord | undefined;
  readonly title: string;
  /** What it would be called without a name of its own. */
  readonly kind: string;
  readonly ports: Ports;
  /** Which side of the open group it is a port of. */
  readonly side: Side | undefined;
  /** How often what is inside follows itself; null for what is no group. */
  readonly rounds: number | null;
  /** The node whose weights this one and others use; null where nothing is shared. */
  readonly family: string | null;
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

/** One level of a document, with what is known of it. */
export interface Scene {
  readonly graph: Graph;
  readonly groups: readonly GroupDefinition[];
  readonly checks: Readonly<Record<string, NodeCheck>>;
  readonly problems: readonly Diagnostic[];
}

/** The flow's nodes for a level. A node that looks as before is the same object, so that it is not drawn again. */
export function flowNodes(
  previous: readonly FlowNode[],
  scene: Scene,
  selected: ReadonlySet<string>,
): FlowNode[] {
  const before = new Map(previous.map((node) => [node.id, node]));
  const problems = Map.groupBy(scene.problems, (diagnostic) => diagnostic.node);
  const families = familiesOf(scene.graph);
  return scene.graph.nodes.map((node, index) => {
    const old = before.get(node.id);
    const at = scene.graph.layout[node.id] ?? old?.data.at ?? [0, index * 104];
    const family = families.get(node.id) ?? null;
    const data = keepEqual(old?.data, viewOf(node, scene, problems.get(node.id) ?? [], family, at));
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
      ariaLabel: data.title,
    };
  });
}

export function flowEdges(
  previous: readonly FlowEdge[],
  { graph, checks, problems }: Scene,
  selected: ReadonlySet<string>,
): FlowEdge[] {
  const before = new Map(previous.map((edge) => [edge.id, edge]));
  const nodes = new Set(graph.nodes.map((node) => node.id));
  const broken = new Set(
    problems
      .filter(({ severity, port }) => severity === 'error' && port)
      .map(({ node, port }) => `${node}.${port}`),
  );
  return graph.edges
    .filter(({ from, to }) => nodes.has(from.node) && nodes.has(to.node))
    .map((edge) => {
      const id = edgeId(edge);
      const old = before.get(id);
      const data = keepEqual(old?.data, edgeViewOf(edge, checks, broken));
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

/** `28 × 28 × 1`: what one example is. The batch axis is the same everywhere, so only tooltips show it. */
export function shapeOfExample(type: PortType): string {
  return type.shape.length > 1 ? formatShape(type.shape.slice(1)) : type.dtype === 'i32' ? 'index' : '1';
}

function viewOf(
  node: ModelNode,
  { groups, checks }: Scene,
  problems: readonly Diagnostic[],
  family: string | null,
  at: Position,
): LayerView {
  const layer = layerOf(node.type);
  const known = checks[node.id];
  const [output] = Object.values(known?.outputs ?? {});
  return {
    node,
    layer,
    title: titleOf(node, groups),
    kind: kindOf(node, groups),
    ports: portsOf(node, groups) ?? { inputs: [], outputs: [] },
    side: sideOf(node),
    rounds: isPlaced(node) ? roundsOf(node) : null,
    facts: factsOfNode(node, layer, groups),
    output: output ? shapeOfExample(output) : null,
    parameters: known?.parameters ?? 0,
    problems,
    family,
    at,
  };
}

function factsOfNode(
  node: ModelNode,
  layer: LayerRecord | undefined,
  groups: readonly GroupDefinition[],
): string {
  if (!layer) return `Unknown layer type “${node.type}”`;
  if (!layer.group) return factsOf(layer, node);
  const inside = definitionIn(groups, node)?.nodes.filter((inner) => sideOf(inner) === undefined) ?? [];
  return inside.length === 0 ? '' : inside.length === 1 ? '1 layer' : `${inside.length} layers`;
}

function edgeViewOf(edge: ModelEdge, checks: Scene['checks'], broken: ReadonlySet<string>): EdgeView {
  const type = checks[edge.from.node]?.outputs[edge.from.port];
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
