import { size } from '../core/shape.ts';
import type { Program, ValueId } from '../ir/program.ts';
import type { Definition } from './definitions.ts';

/** Additions that computing an element again may cost before storing it is better. */
const RECOMPUTE = 8;

/**
 * Values that get a buffer of their own, before grouping shows which of them never leave a kernel: results of
 * reductions and contractions, what the program writes or outputs, and maps that are dearer to compute again than
 * to store. Everything else is computed where it is read, and bytes always are: no kernel writes them.
 */
export function storedValues(
  program: Program,
  definitions: ReadonlyMap<ValueId, Definition>,
  maxBuffers: number,
): Set<ValueId> {
  const kept = new Set([...program.writes, ...program.outputs].map(({ value }) => value));
  const stored = new Set<ValueId>();
  const uses = new Map<ValueId, { evaluations: number; contracted: boolean }>();
  const costs = inlineCosts(definitions);
  const gathered = gatheredValues(definitions);
  const free = freeValues(definitions, costs);
  for (const definition of [...definitions.values()].reverse()) {
    const { value, kind } = definition;
    const use = uses.get(value) ?? { evaluations: 0, contracted: false };
    const inline =
      kind === 'map' &&
      !kept.has(value) &&
      (free.has(value) ||
        !betterStored(definition, costs.get(value) ?? 0, { ...use, gathered: gathered.has(value) }));
    if (!inline) stored.add(value);
    const evaluations = inline ? use.evaluations : definition.evaluations;
    for (const [input, times] of definition.reads) {
      const known = uses.get(input);
      uses.set(input, {
        evaluations: (known?.evaluations ?? 0) + times * evaluations,
        contracted: known?.contracted || kind === 'contract' || (inline && use.contracted),
      });
    }
  }
  storeWhereTooMuchIsRead(definitions, stored, maxBuffers);
  return stored;
}

/**
 * A kernel has so many buffers and no more: where a value computed in place would read too many, the one among its inputs that
 * reads most is stored after all. One buffer is for the result.
 */
function storeWhereTooMuchIsRead(
  definitions: ReadonlyMap<ValueId, Definition>,
  stored: Set<ValueId>,
  maxBuffers: number,
): void {
  const reached = new Map<ValueId, ReadonlySet<ValueId>>();
  for (const { value, reads } of definitions.values()) {
    const inputs = [...reads.keys()];
    const sourcesOf = (input: ValueId): ReadonlySet<ValueId> => {
      const inner = stored.has(input) ? undefined : reached.get(input);
      return inner ?? new Set([input]);
    };
    let sources = new Set(inputs.flatMap((input) => [...sourcesOf(input)]));
    while (sources.size >= maxBuffers) {
      const [first, ...others] = inputs.filter((input) => definitions.get(input)?.type.dtype !== 'u8');
      const largest = others.reduce((a, b) => (sourcesOf(b).size > sourcesOf(a).size ? b : a), first);
      if (sourcesOf(largest).size === 1) break;
      stored.add(largest);
      sources = new Set(inputs.flatMap((input) => [...sourcesOf(input)]));
    }
    reached.set(value, sources);
  }
}

/**
 * A contraction reads each element many times, so what it reads is stored unless it is mere data movement. That never is for being
 * read again: what is moved is stored, which is no larger.
 */
function betterStored(
  { type, cost, stored }: Definition,
  inlineCost: number,
  use: { evaluations: number; contracted: boolean; gathered: boolean },
): boolean {
  if (stored) return true;
  if (type.dtype === 'u8') return false;
  if (cost === 0 && !use.gathered) return false;
  if (use.contracted) return true;
  return inlineCost * (use.evaluations / size(type.shape) - 1) > RECOMPUTE;
}

/** Values that are read through an index that is itself read, directly or as bytes which are computed in place. */
function gatheredValues(definitions: ReadonlyMap<ValueId, Definition>): Set<ValueId> {
  const gathered = new Set<ValueId>();
  for (const { value, gathers, reads } of definitions.values()) {
    const bytes = [...reads.keys()].filter((input) => definitions.get(input)?.type.dtype === 'u8');
    if (gathers || bytes.some((input) => gathered.has(input))) gathered.add(value);
  }
  return gathered;
}

/** Maps that read nothing and compute little: which of two positions is the later one, for instance. To load it would be dearer. */
function freeValues(
  definitions: ReadonlyMap<ValueId, Definition>,
  costs: ReadonlyMap<ValueId, number>,
): Set<ValueId> {
  const free = new Set<ValueId>();
  for (const { value, kind, reads, stored } of definitions.values()) {
    const little = kind === 'map' && !stored && (costs.get(value) ?? 0) <= RECOMPUTE;
    if (little && [...reads.keys()].every((input) => free.has(input))) free.add(value);
  }
  return free;
}

/** Work of each map with every map it reads computed in place. */
function inlineCosts(definitions: ReadonlyMap<ValueId, Definition>): Map<ValueId, number> {
  const costs = new Map<ValueId, number>();
  for (const { value, kind, cost, reads } of definitions.values()) {
    if (kind !== 'map') continue;
    let total = cost;
    for (const [input, times] of reads) total += times * (costs.get(input) ?? 0);
    costs.set(value, total);
  }
  return costs;
}
