import { size } from '../core/shape.ts';
import { flatIndex, sameAffine, type Affine } from '../kernel/affine.ts';
import { loadsOf, type Load } from '../kernel/inspect.ts';
import type { Program, ValueId } from '../ir/program.ts';
import { expressionsOf, outputAxes, type Definition } from './definitions.ts';
import { Expander } from './expand.ts';

/** Stored values that one kernel computes together. All have the same number of elements. */
export interface Group {
  /** In program order; the first gives the domain, and is the only one that may reduce or contract. */
  readonly members: ValueId[];
  /** Values and states that it reads from buffers. */
  readonly reads: Set<ValueId>;
}

/**
 * Puts stored values into kernels. A map joins the kernel of a value that it reads element by element (the
 * epilogue of a product, the second result of an elementwise kernel), unless that would make two kernels wait for
 * each other or use more buffers than a kernel may.
 */
export function groupStored(
  program: Program,
  definitions: ReadonlyMap<ValueId, Definition>,
  stored: ReadonlySet<ValueId>,
  maxBuffers: number,
): Group[] {
  const expander = new Expander(program, definitions, (value) => stored.has(value));
  const grouping = new Grouping(maxBuffers);
  for (const definition of definitions.values()) {
    if (!stored.has(definition.value)) continue;
    const axes = outputAxes(definition.type);
    const loads = expressionsOf(expander.body(definition.value), axes).flatMap(loadsOf);
    const own = flatIndex(axes, definition.type.shape);
    grouping.add(definition, loads, (load) => isOwnPosition(program, load, own, definition));
  }
  return grouping.groups;
}

/** True where a load reads the element at the position of the element that is computed. */
export function isOwnPosition(program: Program, load: Load, own: Affine, definition: Definition): boolean {
  const { shape } = program.values[load.source];
  if (size(shape) !== size(definition.type.shape)) return false;
  return (
    load.index.every((index) => loadsOf(index).length === 0) && sameAffine(flatIndex(load.index, shape), own)
  );
}

class Grouping {
  readonly groups: Group[] = [];
  private readonly groupOf = new Map<ValueId, Group>();
  private readonly maxBuffers: number;

  constructor(maxBuffers: number) {
    this.maxBuffers = maxBuffers;
  }

  add({ value, kind }: Definition, loads: readonly Load[], isOwn: (load: Load) => boolean): void {
    const sources = new Set(loads.map((load) => load.source));
    const group = kind === 'map' ? this.hostFor(sources, loads, isOwn) : undefined;
    if (group) {
      group.members.push(value);
      for (const source of sources) if (!group.members.includes(source)) group.reads.add(source);
      this.groupOf.set(value, group);
    } else {
      const created: Group = { members: [value], reads: sources };
      this.groups.push(created);
      this.groupOf.set(value, created);
    }
  }

  /** The latest group among the sources' that the value may join. */
  private hostFor(
    sources: ReadonlySet<ValueId>,
    loads: readonly Load[],
    isOwn: (load: Load) => boolean,
  ): Group | undefined {
    const needed = new Set([...sources].flatMap((source) => this.groupOf.get(source) ?? []));
    const ordered = [...needed].sort((a, b) => this.groups.indexOf(b) - this.groups.indexOf(a));
    return ordered.find((group) => {
      const aligned = loads.every((load) => !group.members.includes(load.source) || isOwn(load));
      if (!aligned || this.buffersWith(group, sources) > this.maxBuffers) return false;
      return [...needed].every((other) => other === group || !this.dependsOn(other, group));
    });
  }

  private buffersWith(group: Group, sources: ReadonlySet<ValueId>): number {
    const added = [...sources].filter(
      (source) => !group.members.includes(source) && !group.reads.has(source),
    );
    return group.reads.size + added.length + group.members.length + 1;
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
