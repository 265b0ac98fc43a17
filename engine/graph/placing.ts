import { layerOf } from './catalogue.ts';
import type { Diagnostic } from './check.ts';
import { isPlaced, type Definitions } from './definitions.ts';
import type { GroupDefinition, ModelNode } from './document.ts';
import { definitionIdOf, portName } from './ports.ts';

/** What is wrong with groups and their ports where they are placed. */

/** Nodes that a group may stand for. */
const MOST_NODES = 10_000;

/** The definitions that the placed groups of a graph stand for. A group that stands for nothing is a diagnostic. */
export function checkPlaced(
  nodes: Iterable<ModelNode>,
  definitions: Definitions,
  around: GroupDefinition | undefined,
): { readonly placed: ReadonlyMap<string, GroupDefinition>; readonly diagnostics: readonly Diagnostic[] } {
  const placed = new Map<string, GroupDefinition>();
  const diagnostics: Diagnostic[] = [];
  for (const node of nodes) {
    if (!isPlaced(node)) continue;
    const group = definitions.get(definitionIdOf(node));
    const problem = group ? checkGroup(node, group, definitions, around) : unknownGroup(node);
    if (problem) diagnostics.push(problem);
    else if (group) placed.set(node.id, group);
  }
  return { placed, diagnostics };
}

function unknownGroup(node: ModelNode): Diagnostic {
  return {
    code: 'GROUP_MISSING',
    severity: 'error',
    node: node.id,
    field: 'group',
    message: `The document has no group called "${definitionIdOf(node)}".`,
    fix: 'Choose another group, or remove the node.',
  };
}

function checkGroup(
  node: ModelNode,
  { id, name }: GroupDefinition,
  definitions: Definitions,
  around: GroupDefinition | undefined,
): Diagnostic | null {
  if (around && (id === around.id || definitions.within(id).has(around.id))) {
    return {
      code: 'GROUP_RECURSION',
      severity: 'error',
      node: node.id,
      message: `The group ${around.name} contains itself, so it would never end.`,
      got: id === around.id ? name : `${name}, which contains ${around.name}`,
      fix: 'Remove it from its own definition.',
    };
  }
  const size = definitions.size(node);
  if (size <= MOST_NODES) return null;
  return {
    code: 'GROUP_TOO_LARGE',
    severity: 'error',
    node: node.id,
    field: 'repeat',
    message: `The group ${name} stands for more layers than Strata takes.`,
    got: `${size.toLocaleString('en')} layers`,
    expected: `at most ${MOST_NODES.toLocaleString('en')}`,
    fix: 'Lower Repeat here or inside.',
  };
}

/** Ports belong into groups, where each needs a name of its own. */
export function checkPortNodes(
  nodes: Iterable<ModelNode>,
  around: GroupDefinition | undefined,
): Diagnostic[] {
  const taken = new Set<string>();
  return [...nodes].flatMap((node): Diagnostic[] => {
    const side = layerOf(node.type)?.group;
    if (side !== 'input' && side !== 'output') return [];
    if (!around) return [misplaced(node, side)];
    const name = portName(node);
    const free = !taken.has(`${side} ${name}`);
    taken.add(`${side} ${name}`);
    return free
      ? []
      : [
          ambiguous(
            node,
            side,
            freeName(name, (other) => taken.has(`${side} ${other}`)),
          ),
        ];
  });
}

function misplaced(node: ModelNode, side: string): Diagnostic {
  return {
    code: 'GROUP_PORT_OUTSIDE',
    severity: 'error',
    node: node.id,
    message: `This ${side} of a group stands in no group.`,
    fix: 'Remove it, or move it into a group.',
  };
}

function ambiguous(node: ModelNode, side: string, free: string): Diagnostic {
  return {
    code: 'GROUP_PORT_NAME',
    severity: 'error',
    node: node.id,
    field: 'name',
    message: `The group has another ${side} of this name.`,
    got: portName(node),
    expected: 'a different name for every port',
    fix: `Call it "${free}".`,
    repair: { kind: 'set', node: node.id, field: 'name', value: free },
  };
}

function freeName(name: string, taken: (name: string) => boolean): string {
  let number = 2;
  while (taken(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}
