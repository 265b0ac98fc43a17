import { formatShape, sameShape } from '../core/shape.ts';
import type { LayerProblem } from '../layers/layer.ts';
import type { Diagnostic, NodeCheck } from './check.ts';
import { isPlaced, roundsOf } from './definitions.ts';
import type { ModelNode } from './document.ts';
import { definitionIdOf } from './ports.ts';

/** Whose weights a node uses, where it says `weightsOf`. */

/**
 * The owner at the end of each chain of `weightsOf` among nodes that stand beside each other. A node whose chain leads nowhere
 * keeps its own weights and is a diagnostic.
 */
export function findOwners(nodes: ReadonlyMap<string, ModelNode>): {
  readonly owners: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
} {
  const owners = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const circled = new Set<ModelNode>();
  for (const node of nodes.values()) {
    if (node.weightsOf === undefined) continue;
    const chain = [node];
    let next = nodes.get(node.weightsOf);
    while (next && !chain.includes(next)) {
      chain.push(next);
      next = nodes.get(next.weightsOf ?? '');
    }
    const problem = next ? circle(chain, next, circled) : checkLink(node, chain[1]);
    if (problem) diagnostics.push(problem);
    else if (!next) owners.set(node.id, chain.at(-1)!.id);
  }
  return { owners, diagnostics };
}

/** A circle is told once, at the first node that leads into it. */
function circle(chain: readonly ModelNode[], again: ModelNode, told: Set<ModelNode>): Diagnostic | null {
  const known = told.has(again);
  for (const node of chain) told.add(node);
  if (known) return null;
  return {
    code: 'WEIGHTS_CIRCLE',
    severity: 'error',
    node: chain[0].id,
    message: 'These nodes use each other’s weights, so none has any.',
    got: [...chain, again].map(({ id }) => id).join(' → '),
    fix: 'Give one of them weights of its own.',
  };
}

/** Each node of a chain answers for its own link: what follows from another's mistake is left out. */
function checkLink(node: ModelNode, next: ModelNode | undefined): Diagnostic | null {
  if (!next) {
    return {
      code: 'WEIGHTS_MISSING',
      severity: 'error',
      node: node.id,
      message: `There is no node "${node.weightsOf}" beside this one whose weights it could use.`,
      got: node.weightsOf,
      fix: 'Choose another node, or give this one weights of its own.',
    };
  }
  const [mine, theirs] = [node, next].map(kindOf);
  return mine === theirs ? null : different(node.id, theirs, mine);
}

/** What two nodes must have in common to have the same weights by name. */
function kindOf(node: ModelNode): string {
  return isPlaced(node) ? `group ${definitionIdOf(node)}, repeated ${roundsOf(node)}×` : node.type;
}

function different(node: string, got: string, expected: string): Diagnostic {
  return {
    code: 'WEIGHTS_DIFFER',
    severity: 'error',
    node,
    message: 'The node whose weights are to be used is of another kind, so they do not fit.',
    got,
    expected,
    fix: 'Choose a node of the same kind and settings, or give this one weights of its own.',
  };
}

/** A problem where a node's weights are not those of their owner. */
export function compareWeights(mine: NodeCheck, owner: NodeCheck): LayerProblem | null {
  // Weights are known as soon as what arrives is; until then there is nothing to say.
  const known = [mine, owner].every(({ outputs }) => Object.keys(outputs).length > 0);
  const [wanted, there] = [mine, owner].map(({ weights }) =>
    weights.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', '),
  );
  const fits =
    mine.weights.length === owner.weights.length &&
    mine.weights.every(({ name, shape }, at) => {
      const other = owner.weights[at];
      return other.name === name && sameShape(other.shape, shape);
    });
  if (!known || fits) return null;
  return {
    code: 'WEIGHTS_SHAPE',
    severity: 'error',
    message: 'The weights that this node is to use do not fit what it computes.',
    got: there || 'no weights',
    expected: wanted || 'no weights',
    fix: 'Give both nodes the same settings and inputs of the same shape, or give this one weights of its own.',
  };
}
