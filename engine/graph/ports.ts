import { parseParams, type Params } from '../core/fields.ts';
import type { LayerRecord, Port } from '../layers/layer.ts';
import { layerOf } from './catalogue.ts';
import type { GroupDefinition, ModelNode } from './document.ts';

/** The ports of a node as its neighbours see them. */
export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/**
 * Ports that a node can be connected at: those of its layer, or of a placed group's definition. Undefined where the layer or the
 * definition is not known.
 */
export function portsOf(node: ModelNode, groups: readonly GroupDefinition[]): Ports | undefined {
  const layer = layerOf(node.type);
  if (!layer) return undefined;
  if (layer.group === 'placed') return portsOfDefinitions(groups).get(definitionIdOf(node));
  const inside = ({ outside }: Port): boolean => !outside;
  return layer.group ? { inputs: layer.inputs.filter(inside), outputs: layer.outputs.filter(inside) } : layer;
}

/** The settings of a node; wrong ones are replaced by their defaults. */
export const paramsOf = (layer: LayerRecord, { params }: ModelNode): Params =>
  parseParams(layer.fields, params).params;

/** Id of the definition that a placed group stands for. */
export const definitionIdOf = ({ params }: ModelNode): string => String(params.group ?? '');

/** The name of a definition's port, from the node that makes it. */
export const portName = (node: ModelNode): string => String(paramsOf(layerOf(node.type)!, node).name);

/** The nodes that make a definition's input or output ports. */
export const portNodes = ({ nodes }: GroupDefinition, side: 'input' | 'output'): readonly ModelNode[] =>
  nodes.filter(({ type }) => layerOf(type)?.group === side);

/** The ports of definitions by their ids, once for each list of definitions. */
const known = new WeakMap<readonly GroupDefinition[], Map<string, Ports>>();

function portsOfDefinitions(groups: readonly GroupDefinition[]): ReadonlyMap<string, Ports> {
  const remembered = known.get(groups);
  if (remembered) return remembered;
  const ports = new Map<string, Ports>();
  known.set(groups, ports);
  // Outputs and names first: whether an input may stay open depends on other definitions, perhaps on this one.
  for (const group of [...groups].reverse()) ports.set(group.id, outline(group));
  const byId = new Map(groups.map((group) => [group.id, group]));
  const done = new Set<string>();
  const settle = (id: string): void => {
    const group = byId.get(id);
    if (!group || done.has(id)) return;
    done.add(id);
    for (const node of group.nodes) if (layerOf(node.type)?.group === 'placed') settle(definitionIdOf(node));
    ports.set(id, withOptional(group, groups, ports.get(id)!));
  };
  for (const { id } of groups) settle(id);
  return ports;
}

function outline(group: GroupDefinition): Ports {
  const [inputs, outputs] = (['input', 'output'] as const).map((side) =>
    portNodes(group, side).map((node): Port => {
      const name = portName(node);
      return { name, doc: `The ${side} “${name}” of ${group.name}.` };
    }),
  );
  return { inputs, outputs };
}

/** An input may stay unconnected where each port that it leads to inside may, unless it says otherwise. */
function withOptional(group: GroupDefinition, groups: readonly GroupDefinition[], ports: Ports): Ports {
  const nodes = new Map(group.nodes.map((node) => [node.id, node]));
  const sources = portNodes(group, 'input');
  const inputs = ports.inputs.map((port, at) => {
    const targets = group.edges.filter(({ from }) => from.node === sources[at].id).map(({ to }) => to);
    const { required } = paramsOf(layerOf(sources[at].type)!, sources[at]);
    const free = targets.every(({ node: id, port: name }) => {
      const node = nodes.get(id);
      return node && portsOf(node, groups)?.inputs.find((input) => input.name === name)?.optional;
    });
    return free && !required ? { ...port, optional: true } : port;
  });
  return { ...ports, inputs };
}
