import type { GroupDefinition, ModelDocument, ModelNode } from '../../engine/graph/document.ts';
import { isPlaced } from '../../engine/graph/definitions.ts';
import { definitionIdOf } from '../../engine/graph/ports.ts';
import type { Graph } from './edit.ts';

/** Where in a document a person is: the ids of the placed groups that lead there, from the model inwards. */
export type Level = readonly string[];

export interface Step {
  readonly node: ModelNode;
  readonly definition: GroupDefinition;
}

/** The definition that a placed group refers to; undefined for other nodes, and where it is missing. */
export function definitionIn(
  groups: readonly GroupDefinition[],
  node: ModelNode,
): GroupDefinition | undefined {
  return isPlaced(node) ? groups.find(({ id }) => id === definitionIdOf(node)) : undefined;
}

/** The placed groups that a level leads through, as far as it leads anywhere. */
export function walk(document: ModelDocument, level: Level): readonly Step[] {
  const steps: Step[] = [];
  for (const id of level) {
    const graph: Graph = steps.at(-1)?.definition ?? document;
    const node = graph.nodes.find((other) => other.id === id);
    const definition = node && definitionIn(document.groups, node);
    if (!definition) break;
    steps.push({ node, definition });
  }
  return steps;
}

/** The definition a level is the inside of; undefined for the model itself. */
export function definitionAt(document: ModelDocument, level: Level): GroupDefinition | undefined {
  return walk(document, level).at(-1)?.definition;
}

export function graphAt(document: ModelDocument, level: Level): Graph {
  return definitionAt(document, level) ?? document;
}
