import type { GroupDefinition, ModelNode } from '../../engine/graph/document.ts';
import { portName } from '../../engine/graph/ports.ts';
import { layerOf } from './layers.ts';
import { definitionIn } from './levels.ts';
import { sideOf } from './ports.ts';

/** What a node is called: by its own name, that of its group or port, or that of its layer. */
export function titleOf(node: ModelNode, groups: readonly GroupDefinition[]): string {
  return node.name ?? kindOf(node, groups);
}

/** The same without a name of its own. */
export function kindOf(node: ModelNode, groups: readonly GroupDefinition[]): string {
  const name = sideOf(node) ? portName(node) : definitionIn(groups, node)?.name;
  return name ?? layerOf(node.type)?.title ?? node.type;
}
