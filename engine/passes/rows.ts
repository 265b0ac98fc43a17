import { size } from '../core/shape.ts';
import { flatIndex, sameAffine, type Affine } from '../kernel/affine.ts';
import { loadsOf, type Load } from '../kernel/inspect.ts';
import type { Program, ValueId } from '../ir/program.ts';
import type { Buffers } from './buffers.ts';
import { outputAxes, reducedAxes } from './definitions.ts';
import type { Candidate, Group } from './group.ts';

/**
 * Joins kernels that work along the same rows: a softmax is a maximum, exponentials, their sum and quotients, and a norm two sums
 * with elementwise work between them. In one kernel they read their rows from memory once, and are one dispatch.
 */
export function joinRows(
  program: Program,
  groups: readonly Group[],
  candidates: readonly Candidate[],
  { buffers, longest }: { readonly buffers: Buffers; readonly longest: number },
): Group[] {
  return new RowJoiner(program, groups, candidates, buffers, longest).run();
}

/** Rows that a group works along: how many, and how long. */
interface Rows {
  readonly count: number;
  readonly extent: number;
}

class RowJoiner {
  private readonly program: Program;
  private readonly candidates: ReadonlyMap<ValueId, Candidate>;
  private readonly buffers: Buffers;
  private readonly longest: number;
  private readonly orders: ReadonlyMap<ValueId, number>;
  private readonly groups: Set<Group>;
  private readonly groupOf = new Map<ValueId, Group>();

  constructor(
    program: Program,
    groups: readonly Group[],
    candidates: readonly Candidate[],
    buffers: Buffers,
    longest: number,
  ) {
    this.program = program;
    this.buffers = buffers;
    this.longest = longest;
    this.candidates = new Map(candidates.map((candidate) => [candidate.definition.value, candidate]));
    this.orders = new Map(candidates.map(({ definition }, at) => [definition.value, at]));
    this.groups = new Set(groups);
    for (const group of groups) this.place(group);
  }

  run(): Group[] {
    for (const group of [...this.groups]) {
      let joined: Group | undefined = group;
      while (joined) joined = this.joinProducer(joined);
    }
    return [...this.groups];
  }

  private place(group: Group): void {
    for (const value of group.members) this.groupOf.set(value, group);
  }

  /** Joins a group with one that it reads from, if it can; returns what they become. */
  private joinProducer(group: Group): Group | undefined {
    const producers = new Set([...group.reads].flatMap((value) => this.groupOf.get(value) ?? []));
    for (const producer of producers) {
      const joined = this.joined(producer, group);
      if (!joined) continue;
      this.groups.delete(producer);
      this.groups.delete(group);
      this.groups.add(joined);
      this.place(joined);
      return joined;
    }
    return undefined;
  }

  private joined(producer: Group, group: Group): Group | undefined {
    const rows = this.commonRows(producer, group);
    if (!rows) return undefined;
    const members = [...producer.members, ...group.members].sort((a, b) => this.order(a) - this.order(b));
    const all = new Set(members);
    const reads = new Set([...producer.reads, ...group.reads].filter((value) => !all.has(value)));
    const fits =
      this.areAtOneTime(members) &&
      members.every((value) => this.buffers.oldOf(value) === undefined) &&
      group.members.every((value) => this.readsAlong(value, new Set(producer.members), rows)) &&
      this.buffers.hold(all, reads) &&
      !this.dependsThroughOthers(group, producer);
    return fits ? { number: producer.number, members, reads, row: rows.extent } : undefined;
  }

  /** The rows that both work along, at least one of them by accumulating. */
  private commonRows(a: Group, b: Group): Rows | undefined {
    const rows = this.rowsOf(a) ?? this.rowsOf(b);
    if (!rows || rows.count < 2 || rows.extent < 2 || rows.extent > this.longest) return undefined;
    const alike = [...a.members, ...b.members].every((value) => this.isAlong(value, rows));
    return alike ? rows : undefined;
  }

  private rowsOf({ members }: Group): Rows | undefined {
    for (const value of members) {
      const extents = this.extentsOf(value);
      if (extents?.length === 1) return { count: this.sizeOf(value), extent: extents[0] };
    }
    return undefined;
  }

  /** What a value is reduced over, where it is a sum, a maximum or a minimum. */
  private extentsOf(value: ValueId): readonly number[] | undefined {
    const body = this.candidate(value).body;
    return body.kind === 'reduce' && body.combine !== 'argmax' && !body.range ? body.extents : undefined;
  }

  /** Whether a value has an element for each row, or one for each element of the rows. */
  private isAlong(value: ValueId, { count, extent }: Rows): boolean {
    const { kind, type } = this.candidate(value).definition;
    if (kind === 'reduce') {
      const extents = this.extentsOf(value);
      return extents?.length === 1 && extents[0] === extent && size(type.shape) === count;
    }
    if (kind !== 'map') return false;
    return (
      size(type.shape) === count || (size(type.shape) === count * extent && type.shape.at(-1) === extent)
    );
  }

  /** Whether a value reads of some others only its own row, or its own element. */
  private readsAlong(value: ValueId, others: ReadonlySet<ValueId>, { count, extent }: Rows): boolean {
    const { definition, loads } = this.candidate(value);
    const axes = outputAxes(definition.type);
    const { shape } = definition.type;
    const whole = size(shape) === count * extent;
    const row = whole ? flatIndex(axes.slice(0, -1), shape.slice(0, -1)) : flatIndex(axes, shape);
    const own = whole
      ? flatIndex(axes, shape)
      : definition.kind === 'reduce'
        ? flatIndex([...axes, ...reducedAxes([extent])], [...shape, extent])
        : undefined;
    return loads.every((load) => {
      if (!others.has(load.source)) return true;
      return this.isAt(load, this.sizeOf(load.source) === count ? row : own);
    });
  }

  private isAt({ source, index }: Load, position: Affine | undefined): boolean {
    if (!position || index.some((part) => loadsOf(part).length > 0)) return false;
    return sameAffine(flatIndex(index, this.program.values[source].shape), position);
  }

  /** What is computed again, late, joins nothing that was there early. */
  private areAtOneTime(members: readonly ValueId[]): boolean {
    const again = members.map((value) => this.candidate(value).definition.instruction.again);
    return again.every((each) => each === again[0]);
  }

  private dependsThroughOthers(group: Group, producer: Group): boolean {
    const seen = new Set<Group>([producer]);
    const depends = (other: Group): boolean => {
      if (seen.has(other)) return false;
      seen.add(other);
      return [...other.reads].some((value) => {
        const home = this.groupOf.get(value);
        if (!home) return false;
        return home === producer ? other !== group : depends(home);
      });
    };
    return depends(group);
  }

  /** Place in the program. */
  private order(value: ValueId): number {
    return this.orders.get(value)!;
  }

  private candidate(value: ValueId): Candidate {
    return this.candidates.get(value)!;
  }

  private sizeOf(value: ValueId): number {
    return size(this.program.values[value].shape);
  }
}
