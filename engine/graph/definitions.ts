import { layerOf } from './catalogue.ts';
import type { GroupDefinition, ModelNode } from './document.ts';
import { definitionIdOf, paramsOf } from './ports.ts';

/** A document's definitions of groups: which is inside of which, and how many nodes one stands for. */
export class Definitions {
  readonly groups: readonly GroupDefinition[];
  private readonly byId: ReadonlyMap<string, GroupDefinition>;
  private readonly inside = new Map<string, ReadonlySet<string>>();
  private readonly sizes = new Map<string, number>();

  constructor(groups: readonly GroupDefinition[]) {
    this.groups = groups;
    // Of two with one id, the first counts.
    this.byId = new Map([...groups].reverse().map((group) => [group.id, group]));
  }

  get(id: string): GroupDefinition | undefined {
    return this.byId.get(id);
  }

  /** Ids of the definitions that are placed in one, directly or within others. */
  within(id: string): ReadonlySet<string> {
    const known = this.inside.get(id);
    if (known) return known;
    const found = new Set<string>();
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const inner of (this.get(next)?.nodes ?? []).filter(isPlaced).map(definitionIdOf)) {
        if (found.has(inner)) continue;
        found.add(inner);
        waiting.push(inner);
      }
    }
    this.inside.set(id, found);
    return found;
  }

  /** Nodes that a node stands for, with all rounds; a group that contains itself counts as one. */
  size(node: ModelNode): number {
    const id = definitionIdOf(node);
    const group = isPlaced(node) && this.get(id);
    if (!group || this.within(id).has(id)) return 1;
    const known = this.sizes.get(id);
    // Nothing in many rounds is work, too.
    const once =
      known ??
      Math.max(
        1,
        group.nodes.reduce((sum, inner) => sum + this.size(inner), 0),
      );
    this.sizes.set(id, once);
    return once * roundsOf(node);
  }
}

export const isPlaced = ({ type }: ModelNode): boolean => layerOf(type)?.group === 'placed';

/** How many rounds of its definition a placed group stands for. */
export const roundsOf = (node: ModelNode): number => Number(paramsOf(layerOf(node.type)!, node).repeat);
