import type { ModelEdge } from './document.ts';

/** Topological order (Kahn, 1962), ties in the order of the document; and the cycles that kept nodes out of it. */
export function sort(
  nodes: ReadonlyMap<string, unknown>,
  arriving: ReadonlyMap<string, readonly ModelEdge[]>,
): { readonly order: string[]; readonly cycles: string[][] } {
  const sources = new Map<string, string[]>();
  const targets = new Map<string, string[]>();
  for (const id of nodes.keys()) {
    sources.set(id, []);
    targets.set(id, []);
  }
  for (const { from, to } of [...arriving.values()].flat()) {
    sources.get(to.node)!.push(from.node);
    targets.get(from.node)!.push(to.node);
  }
  const order = peel(nodes.keys(), sources, targets);
  return { order, cycles: findCycles(without(nodes.keys(), order), sources, targets) };
}

function without(ids: Iterable<string>, removed: Iterable<string>): Set<string> {
  const gone = new Set(removed);
  return new Set([...ids].filter((id) => !gone.has(id)));
}

/** Takes away nodes of `ids` that nothing of `ids` comes before, one after the other, as far as that goes. */
function peel(
  ids: Iterable<string>,
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>,
): string[] {
  const all = new Set(ids);
  const waiting = new Map(
    [...all].map((id) => [id, before.get(id)!.filter((other) => all.has(other)).length]),
  );
  const peeled = [...all].filter((id) => waiting.get(id) === 0);
  for (let at = 0; at < peeled.length; at++) {
    for (const next of after.get(peeled[at])!) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) peeled.push(next);
    }
  }
  return peeled;
}

/** Cycles without a common node, each in the order of its edges. Every node of `rest` lies on one or between some. */
function findCycles(
  rest: ReadonlySet<string>,
  sources: ReadonlyMap<string, readonly string[]>,
  targets: ReadonlyMap<string, readonly string[]>,
): string[][] {
  const cycles: string[][] = [];
  for (;;) {
    // What only leads into a cycle, or only out of one, is not to blame.
    const behind = without(rest, peel(rest, sources, targets));
    rest = without(behind, peel(behind, targets, sources));
    const [start] = rest;
    if (start === undefined) return cycles;
    const walk = [start];
    const next = (id: string): string => targets.get(id)!.find((target) => rest.has(target))!;
    while (!walk.includes(next(walk.at(-1)!))) walk.push(next(walk.at(-1)!));
    const cycle = walk.slice(walk.indexOf(next(walk.at(-1)!)));
    cycles.push(cycle);
    rest = without(rest, cycle);
  }
}
