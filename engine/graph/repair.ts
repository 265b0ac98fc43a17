import type { Params } from '../core/fields.ts';
import type { LayerProblem } from '../layers/layer.ts';
import type { NodeCheck } from './check.ts';
import type { ModelEdge } from './document.ts';
import type { Expansion } from './expand.ts';

/** What would put a problem right, in the document's own graph or in that of the definition `group`. */
export type GraphRepair = (
  | {
      /** A new layer on an edge. */
      readonly kind: 'insert';
      readonly edge: ModelEdge;
      readonly layer: string;
      readonly params: Params;
    }
  | { readonly kind: 'set'; readonly node: string; readonly field: string; readonly value: unknown }
) & { readonly group?: string };

/** Finds what a layer's repair means in this graph, for a flat node; undefined where it means nothing. */
export function findRepair(
  { repair, port }: LayerProblem,
  path: string,
  expansion: Expansion,
  nodes: Readonly<Record<string, NodeCheck>>,
): GraphRepair | undefined {
  if (!repair) return undefined;
  const set = (at: string | undefined, field: string, value: unknown): GraphRepair | undefined =>
    at === undefined ? undefined : { kind: 'set', ...localPlace(at, expansion), field, value };
  if (repair.kind === 'set') return set(path, repair.field, repair.value);
  if (repair.kind === 'insert') {
    const { node, ...within } = localPlace(path, expansion);
    const arriving = expansion.structure(within.group)?.arriving.get(node);
    const edge = arriving?.find(({ to }) => to.port === port);
    if (!edge) return undefined;
    return { kind: 'insert', edge, layer: repair.layer, params: repair.params ?? {}, ...within };
  }
  const edge = expansion.arriving.get(path)?.find(({ to }) => to.port === port);
  if (!edge) return undefined;
  if (repair.kind === 'set-source') {
    const source = producer(edge.from.node, expansion, nodes);
    const { field, value } = repair;
    return nodes[source]?.layer?.fields[field] ? set(source, field, value) : undefined;
  }
  const decides = resized(edge.from.node, expansion, nodes);
  return decides === undefined ? undefined : set(decides, nodes[decides].layer!.width!, repair.extent);
}

/** The id of a flat node in the graph that it is written in, and the definition that this is. */
function localPlace(
  path: string,
  { nodes, groups }: Expansion,
): { readonly node: string; readonly group?: string } {
  const { place } = (nodes.get(path) ?? groups.get(path))!;
  return place.inside?.at(-1) ?? { node: place.node };
}

/** The node that makes a value, upstream of the ports of groups that it passes. */
function producer(
  start: string,
  { arriving }: Expansion,
  nodes: Readonly<Record<string, NodeCheck>>,
): string {
  let path = start;
  for (;;) {
    const edges = nodes[path]?.layer?.group ? (arriving.get(path) ?? []) : [];
    if (edges.length !== 1) return path;
    path = edges[0].from.node;
  }
}

/** Goes upstream from a node, as long as the last axis stays as it is, to the layer that decides its extent. */
function resized(
  start: string,
  expansion: Expansion,
  nodes: Readonly<Record<string, NodeCheck>>,
): string | undefined {
  for (let path: string | undefined = start; path !== undefined;) {
    const checked: NodeCheck | undefined = nodes[path];
    if (checked?.layer?.width) return path;
    const arriving: readonly ModelEdge[] = expansion.arriving.get(path) ?? [];
    const [input] = Object.values(checked?.inputs ?? {}).flat();
    const [output] = Object.values(checked?.outputs ?? {});
    if (arriving.length !== 1 || !input || input.shape.at(-1) !== output?.shape.at(-1)) return undefined;
    path = arriving[0].from.node;
  }
  return undefined;
}
