import { sameShape } from '../core/shape.ts';
import type { Program, ValueId } from '../ir/program.ts';
import type { Candidate, Group, Limits } from './group.ts';

/** Counts the buffers that kernels would bind: what they read, and what others need of what they compute. */
export class Buffers {
  private readonly limits: Limits;
  /** Stored values that read a stored value. */
  private readonly readersOf = new Map<ValueId, Candidate[]>();
  /** Values that a state or a reader needs, whatever else reads them. */
  private readonly kept: ReadonlySet<ValueId>;
  /** The old value of a state, by the new one that may be written over it. */
  private readonly overwritten = new Map<ValueId, ValueId>();
  /** Sources that a value reads elsewhere than where it writes. */
  private readonly scattered = new Map<ValueId, ReadonlySet<ValueId>>();

  constructor(program: Program, candidates: readonly Candidate[], limits: Limits) {
    this.limits = limits;
    this.kept = new Set([...program.writes, ...program.outputs].map(({ value }) => value));
    for (const candidate of candidates) {
      const { definition, loads, sources, isOwn } = candidate;
      const { value, kind } = definition;
      for (const source of sources) {
        const readers = this.readersOf.get(source);
        if (readers) readers.push(candidate);
        else this.readersOf.set(source, [candidate]);
      }
      const others = loads.filter((load) => kind !== 'map' || !isOwn(load)).map(({ source }) => source);
      this.scattered.set(value, new Set(others));
    }
    const types = program.values;
    for (const { state, value } of program.writes) {
      const old = program.reads.find((read) => read.state === state)?.value;
      if (old === undefined || this.kept.has(old)) continue;
      if (types[old].dtype === types[value].dtype && sameShape(types[old].shape, types[value].shape))
        this.overwritten.set(value, old);
    }
  }

  /** Whether a group may take in a value that reads `sources`. */
  suffice({ members, reads }: Group, value: ValueId, sources: ReadonlySet<ValueId>): boolean {
    const all = new Set([...members, value]);
    return this.hold(all, new Set([...reads, ...sources].filter((source) => !all.has(source))));
  }

  /** Whether a kernel may have these members and read that. */
  hold(members: ReadonlySet<ValueId>, read: ReadonlySet<ValueId>): boolean {
    const own = [...members].filter(
      (member) => this.leaves(member, members) && !this.isInPlace(member, members, read),
    );
    return read.size + own.length <= this.limits.maxBuffers;
  }

  /** What reads a value from its buffer. */
  readers(value: ValueId): readonly Candidate[] {
    return this.readersOf.get(value) ?? [];
  }

  /** The old value of the state that a value is written to, where it may take its buffer. */
  oldOf(value: ValueId): ValueId | undefined {
    return this.limits.inPlace ? this.overwritten.get(value) : undefined;
  }

  private leaves(value: ValueId, members: ReadonlySet<ValueId>): boolean {
    if (this.kept.has(value)) return true;
    return this.readers(value).some(({ definition }) => !members.has(definition.value));
  }

  private isInPlace(value: ValueId, members: ReadonlySet<ValueId>, read: ReadonlySet<ValueId>): boolean {
    const old = this.oldOf(value);
    if (old === undefined || !read.has(old)) return false;
    return [...members].every((member) => !this.scattered.get(member)?.has(old));
  }
}
