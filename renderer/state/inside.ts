import type { Diagnostic, GraphCheck, NodeCheck } from '../../engine/graph/check.ts';
import { roundsOf } from '../../engine/graph/definitions.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { graphAt, walk, type Level } from './levels.ts';

/** Checks of a level's nodes by their ids. In a repeated group, those of the first round. */
export function checksAt(
  { nodes }: GraphCheck,
  document: ModelDocument,
  level: Level,
): Readonly<Record<string, NodeCheck>> {
  if (level.length === 0) return nodes;
  const prefix = walk(document, level)
    .map(({ node }) => (roundsOf(node) > 1 ? `${node.id}/1/` : `${node.id}/`))
    .join('');
  const known = graphAt(document, level).nodes.flatMap(({ id }) => {
    const check = nodes[prefix + id];
    return check ? [[id, check] as const] : [];
  });
  return Object.fromEntries(known);
}

/**
 * What is wrong at a level, each at a node of the level. A problem further inside stands at the group that it is in, without
 * its port and field; one of a definition stands wherever the definition is looked at.
 */
export function problemsAt(
  { diagnostics }: GraphCheck,
  document: ModelDocument,
  level: Level,
): readonly Diagnostic[] {
  const definition = walk(document, level).at(-1)?.definition.id;
  return diagnostics.flatMap((diagnostic) => {
    const { inside = [], port, field, ...rest }: Diagnostic = diagnostic;
    const at = inside.findIndex(({ group }) => group === definition);
    if (definition !== undefined && at < 0) return [];
    const node = definition === undefined ? rest.node : inside[at].node;
    const here = definition === undefined ? inside.length === 0 : at === inside.length - 1;
    return [here ? { ...rest, node, port, field } : { ...rest, node }];
  });
}

/** The level at which a diagnostic's node stands, and the node. */
export function placeOf({
  node,
  inside = [],
}: Diagnostic): { readonly level: Level; readonly node: string } | null {
  if (node === undefined) return null;
  const path = [node, ...inside.map((inner) => inner.node)];
  return { level: path.slice(0, -1), node: path.at(-1)! };
}
