import { size } from '../core/shape.ts';
import { flatIndex, sameAffine, type Affine } from '../kernel/affine.ts';
import { loadsOf, type Load } from '../kernel/inspect.ts';
import type { KernelBody } from '../kernel/body.ts';
import type { Program, ValueId } from '../ir/program.ts';
import { expressionsOf, outputAxes, type Definition } from './definitions.ts';
import { Buffers } from './buffers.ts';
import { Expander } from './expand.ts';
import { joinRows } from './rows.ts';

/** Stored values that one kernel computes together. All have the same number of elements. */
export interface Group {
  /** Place among the groups. */
  readonly number: number;
  /** In program order; the first gives the domain, and is the only one that may reduce or contract. */
  readonly members: ValueId[];
  /** Values and states that it reads from buffers. */
  readonly reads: Set<ValueId>;
  /** Elements of the rows that it works along, where it does: then several members may reduce, and the first is any. */
  readonly row?: number;
}

/**
 * Puts stored values into kernels. A map joins the kernel of a value that it reads element by element (the
 * epilogue of a product, the second result of an elementwise kernel), or an elementwise kernel as large that reads what it reads,
 * unless that would make two kernels wait for each other or use more buffers than a kernel may.
 */
export function groupStored(
  program: Program,
  definitions: ReadonlyMap<ValueId, Definition>,
  stored: ReadonlySet<ValueId>,
  limits: Limits,
): Group[] {
  const expander = new Expander(program, definitions, (value) => stored.has(value));
  const members = [...definitions.values()]
    .filter(({ value }) => stored.has(value))
    .map((definition): Candidate => {
      const axes = outputAxes(definition.type);
      const body = expander.body(definition.value);
      const loads = expressionsOf(body, axes).flatMap(loadsOf);
      const own = flatIndex(axes, definition.type.shape);
      const isOwn = (load: Load): boolean => isOwnPosition(program, load, own, definition);
      return { definition, body, loads, sources: new Set(loads.map(({ source }) => source)), isOwn };
    });
  const buffers = new Buffers(program, members, limits);
  const grouping = new Grouping(program, buffers);
  for (const member of resultsLast(members)) grouping.add(member);
  const longest = limits.longestRow;
  const { groups } = grouping;
  const joined = longest > 0 ? joinRows(program, groups, members, { buffers, longest }) : groups;
  return inProgramOrder(joined, members);
}

/**
 * What no other kernel reads, such as new weights, comes last, and of it what reads least comes first: the more of a product's readers
 * are in its kernel, the less leaves it, and the more buffers there are for the others.
 */
function resultsLast(candidates: readonly Candidate[]): Candidate[] {
  const read = new Set(candidates.flatMap(({ sources }) => [...sources]));
  const isRead = ({ definition: { value } }: Candidate): boolean => read.has(value);
  const results = candidates.filter((candidate) => !isRead(candidate));
  return [...candidates.filter(isRead), ...results.toSorted((a, b) => a.sources.size - b.sources.size)];
}

/** What a kernel may bind. */
export interface Limits {
  readonly maxBuffers: number;
  /** Elements of the longest rows that kernels may work along; 0 for none. */
  readonly longestRow: number;
  /** Whether the new value of a state is counted on to take the buffer of the old one. */
  readonly inPlace: boolean;
}

/** A stored value on its way into a group. */
export interface Candidate {
  readonly definition: Definition;
  readonly body: KernelBody;
  readonly loads: readonly Load[];
  readonly sources: ReadonlySet<ValueId>;
  /** Whether a load reads the position that is computed. */
  isOwn(load: Load): boolean;
}

/** True where a load reads the element at the position of the element that is computed. */
export function isOwnPosition(program: Program, load: Load, own: Affine, definition: Definition): boolean {
  const { shape } = program.values[load.source];
  if (size(shape) !== size(definition.type.shape)) return false;
  return (
    load.index.every((index) => loadsOf(index).length === 0) && sameAffine(flatIndex(load.index, shape), own)
  );
}

/** By their first members, so that what is made is used soon. */
function inProgramOrder(groups: readonly Group[], candidates: readonly Candidate[]): Group[] {
  const place = new Map(candidates.map(({ definition }, at) => [definition.value, at]));
  const first = ({ members }: Group): number =>
    Math.min(...members.map((value) => place.get(value) ?? Infinity));
  return groups.toSorted((a, b) => first(a) - first(b));
}

class Grouping {
  readonly groups: Group[] = [];
  private readonly program: Program;
  private readonly groupOf = new Map<ValueId, Group>();
  /** Elementwise kernels, by what they read. */
  private readonly readers = new Map<ValueId, Group[]>();
  private readonly buffers: Buffers;
  /** Where groups begin that may hold what is computed again: those before it run too early. */
  private late: number | undefined;

  constructor(program: Program, buffers: Buffers) {
    this.program = program;
    this.buffers = buffers;
  }

  add(candidate: Candidate): void {
    const { definition, sources } = candidate;
    const { value, kind, instruction } = definition;
    if (instruction.again) this.late ??= this.groups.length;
    const first = instruction.again ? this.late : 0;
    const group = (kind === 'map' && this.hostFor(candidate, first)) || this.open();
    group.members.push(value);
    this.groupOf.set(value, group);
    for (const source of sources) {
      if (group.members.includes(source)) continue;
      group.reads.add(source);
      if (kind !== 'map' || group.members.length > 1) continue;
      this.readers.set(source, [...(this.readers.get(source) ?? []), group]);
    }
  }

  private open(): Group {
    const group: Group = { number: this.groups.length, members: [], reads: new Set() };
    this.groups.push(group);
    return group;
  }

  /** The latest group from `first` on that the value may join: among the sources', else among those that read a source as large as the value. */
  private hostFor({ definition: { value }, loads, sources, isOwn }: Candidate, first = 0): Group | undefined {
    const needed = new Set([...sources].flatMap((source) => this.groupOf.get(source) ?? []));
    const count = this.sizeOf(value);
    const beside = [...sources]
      .filter((source) => this.sizeOf(source) >= count)
      .flatMap((source) => this.readers.get(source) ?? [])
      .filter(({ members: [first] }) => this.sizeOf(first) === count);
    const fits = (group: Group): boolean => {
      if (group.number < first) return false;
      const aligned = loads.every((load) => !group.members.includes(load.source) || isOwn(load));
      if (!aligned || !this.buffers.suffice(group, value, sources)) return false;
      if (this.isReadAfter(this.buffers.oldOf(value), group)) return false;
      return [...needed].every((other) => other === group || !this.dependsOn(other, group));
    };
    const latest = (groups: Iterable<Group>): Group | undefined =>
      [...groups].sort((a, b) => b.number - a.number).find(fits);
    return latest(needed) ?? latest(new Set(beside));
  }

  /** Whether a kernel that needs the group will read a value: then the group's kernel cannot write over it. */
  private isReadAfter(value: ValueId | undefined, group: Group): boolean {
    if (value === undefined) return false;
    return this.buffers.readers(value).some(({ definition, sources }) => {
      const home = this.groupOf.get(definition.value);
      if (home) return home !== group && this.dependsOn(home, group);
      // What is as large may still join the group.
      if (this.sizeOf(definition.value) === this.sizeOf(group.members[0])) return false;
      const needed = [...sources].flatMap((source) => this.groupOf.get(source) ?? []);
      return needed.some((other) => this.dependsOn(other, group));
    });
  }

  private sizeOf(value: ValueId): number {
    return size(this.program.values[value].shape);
  }

  private dependsOn(group: Group, target: Group, seen = new Set<Group>()): boolean {
    if (group === target) return true;
    if (seen.has(group)) return false;
    seen.add(group);
    return [...group.reads].some((source) => {
      const producer = this.groupOf.get(source);
      return producer !== undefined && this.dependsOn(producer, target, seen);
    });
  }
}
