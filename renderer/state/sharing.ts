import { isPlaced, roundsOf } from '../../engine/graph/definitions.ts';
import type { ModelNode } from '../../engine/graph/document.ts';
import { definitionIdOf } from '../../engine/graph/ports.ts';
import type { Graph } from './edit.ts';

/** Nodes that use the same weights, by whose they are. */
export function familiesOf({ nodes }: Graph): ReadonlyMap<string, string> {
  const owners = new Map(nodes.map(({ id, weightsOf }) => [id, weightsOf]));
  const families = new Map<string, string>();
  for (const { id, weightsOf } of nodes) {
    if (weightsOf === undefined) continue;
    // A chain of references leads to its end, one in a circle nowhere.
    const seen = new Set([id]);
    let owner = weightsOf;
    for (let next = owners.get(owner); next !== undefined && !seen.has(owner); next = owners.get(owner)) {
      seen.add(owner);
      owner = next;
    }
    families.set(id, owner).set(owner, owner);
  }
  return families;
}

/** Nodes whose weights a node could use: of its kind, with weights of their own. */
export function ownersFor(graph: Graph, node: ModelNode): readonly ModelNode[] {
  return graph.nodes.filter(
    (other) => other.id !== node.id && other.weightsOf === undefined && sameKind(other, node),
  );
}

function sameKind(a: ModelNode, b: ModelNode): boolean {
  if (!isPlaced(a) || !isPlaced(b)) return a.type === b.type;
  return definitionIdOf(a) === definitionIdOf(b) && roundsOf(a) === roundsOf(b);
}
