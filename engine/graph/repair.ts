import type { Params } from '../core/fields.ts';
import type { LayerProblem } from '../layers/layer.ts';
import type { NodeCheck } from './check.ts';
import type { ModelEdge } from './document.ts';
import type { Structure } from './structure.ts';

/** What would put a problem right, with the nodes and edges of the document that it is about. */
export type GraphRepair =
  /** A new layer on an edge. */
  | { readonly kind: 'insert'; readonly edge: ModelEdge; readonly layer: string; readonly params: Params }
  | { readonly kind: 'set'; readonly node: string; readonly field: string; readonly value: unknown };

/** Finds what a layer's repair means in this graph; undefined where it means nothing. */
export function findRepair(
  { repair, port }: LayerProblem,
  node: string,
  structure: Structure,
  nodes: Readonly<Record<string, NodeCheck>>,
): GraphRepair | undefined {
  if (!repair) return undefined;
  if (repair.kind === 'set') return { kind: 'set', node, field: repair.field, value: repair.value };
  const edge = structure.arriving.get(node)?.find(({ to }) => to.port === port);
  if (!edge) return undefined;
  if (repair.kind === 'insert')
    return { kind: 'insert', edge, layer: repair.layer, params: repair.params ?? {} };
  if (repair.kind === 'set-source') {
    const { field, value } = repair;
    const known = nodes[edge.from.node]?.layer?.fields[field];
    return known && { kind: 'set', node: edge.from.node, field, value };
  }
  return resize(edge.from.node, repair.extent, structure, nodes);
}

/** Goes upstream from a node, as long as the last axis stays as it is, to the layer that decides its extent. */
function resize(
  start: string,
  extent: number,
  structure: Structure,
  nodes: Readonly<Record<string, NodeCheck>>,
): GraphRepair | undefined {
  for (let id: string | undefined = start; id !== undefined;) {
    const checked: NodeCheck | undefined = nodes[id];
    if (checked?.layer?.width) return { kind: 'set', node: id, field: checked.layer.width, value: extent };
    const arriving: readonly ModelEdge[] = structure.arriving.get(id) ?? [];
    const [input] = Object.values(checked?.inputs ?? {}).flat();
    const [output] = Object.values(checked?.outputs ?? {});
    if (arriving.length !== 1 || !input || input.shape.at(-1) !== output?.shape.at(-1)) return undefined;
    id = arriving[0].from.node;
  }
  return undefined;
}
