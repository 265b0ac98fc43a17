import type { LayerProblem } from '../layers/layer.ts';
import type { Diagnostic, NodeCheck } from './check.ts';
import type { Expansion, FlatGroup } from './expand.ts';
import { findRepair } from './repair.ts';

/** A problem of a node of the flat graph, or of a placed group. */
export interface Found {
  readonly path: string;
  readonly problem: LayerProblem;
}

/** Diagnostics of problems. One that a definition has at several of its places in the same words is told at the first. */
export function tell(
  found: readonly Found[],
  expansion: Expansion,
  nodes: Readonly<Record<string, NodeCheck>>,
): Diagnostic[] {
  const told = new Map<string, Diagnostic>();
  for (const { path, problem } of found) {
    const { place, around } = (expansion.nodes.get(path) ?? expansion.groups.get(path))!;
    const { group, node } = place.inside?.at(-1) ?? { group: '', node: path };
    const { code, port, field, message, got } = problem;
    const key = [group, node, code, port, field, message, got].join();
    if (told.has(key)) continue;
    const later = around.find(({ round }) => round > 1);
    const repeated = problem.severity === 'error' && later && expansion.groups.get(later.path);
    const diagnostic = repeated
      ? roundsProblem(problem, repeated, later.round)
      : { ...problem, ...place, repair: findRepair(problem, path, expansion, nodes) };
    told.set(key, diagnostic);
  }
  return [...told.values()];
}

/** What is wrong in a later round only is not wrong inside: the rounds do not follow each other. */
function roundsProblem(problem: LayerProblem, { place }: FlatGroup, round: number): Diagnostic {
  const { group, node } = place.inside?.at(-1) ?? { node: place.node };
  return {
    code: 'GROUP_ROUNDS',
    severity: 'error',
    ...place,
    field: 'repeat',
    message: `Round ${round} of this group cannot take what round ${round - 1} gives. ${problem.message}`,
    got: problem.got,
    expected: problem.expected,
    fix: 'Let the group give values of the shape that it takes, or repeat it less often.',
    repair: { kind: 'set', node, field: 'repeat', value: round - 1, ...(group !== undefined && { group }) },
  };
}

/** A circle, at the level at which all of it stands: what is inside of a group that it leads through is the group's own. */
export function cycleProblem(paths: readonly string[]): Found {
  const prefix = around(paths);
  const ids = paths.map((path) => path.slice(prefix.length).split('/')[0]);
  const cycle = ids.filter((id, at) => at === 0 || id !== ids[at - 1]);
  if (cycle.length > 1 && cycle.at(-1) === cycle[0]) cycle.pop();
  const problem: LayerProblem = {
    code: 'GRAPH_CYCLE',
    severity: 'error',
    message: 'These layers are connected in a circle, so none of them can be computed first.',
    got: [...cycle, cycle[0]].join(' → '),
    expected: 'a graph without circles',
    fix: 'Remove one of the connections between them.',
  };
  return { path: prefix + cycle[0], problem };
}

/** The part of the paths of groups and rounds that all have in common. */
function around([first, ...others]: readonly string[]): string {
  const parts = first.split('/').slice(0, -1);
  const prefixes = parts.map((_, at) => `${parts.slice(0, at + 1).join('/')}/`);
  return prefixes.findLast((prefix) => others.every((path) => path.startsWith(prefix))) ?? '';
}
