import { size } from '../core/shape.ts';
import { flatIndex, sameAffine } from '../kernel/affine.ts';
import { loadsOf } from '../kernel/inspect.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Program, ValueId } from '../ir/program.ts';
import { workExpressions } from './fuse.ts';

export interface Schedule {
  /** Kernels in the order in which they run; stores that overwrite a state say so. */
  readonly kernels: readonly Kernel[];
  /** States whose new value is written into their buffer by a kernel, by that value. */
  readonly inPlace: ReadonlyMap<ValueId, string>;
}

/**
 * Orders kernels after what they read. A kernel may write the new value of a state over the old one when every
 * other kernel that reads the old one can run before, and it reads the old one only where it writes; the order
 * sees to the first. The other states are copied at the end.
 */
export function schedule(program: Program, kernels: readonly Kernel[]): Schedule {
  const graph = new Order(kernels);
  const inPlace = new Map<ValueId, string>();
  const outputs = new Set(program.outputs.map(({ value }) => value));
  const overwritten = new Map<ValueId, ValueId>();
  for (const { state, value } of program.writes) {
    const writer = graph.producer.get(value);
    if (!writer || outputs.has(value) || inPlace.has(value)) continue;
    const old = program.reads.find((read) => read.state === state)?.value;
    if (old !== undefined) {
      if (outputs.has(old) || program.writes.some((write) => write.value === old)) continue;
      if (!readsOwnPosition(writer, old, value) || !graph.runAfterReaders(writer, old)) continue;
      if (writer.sources.has(old)) overwritten.set(value, old);
    }
    inPlace.set(value, state);
  }
  return { kernels: graph.sorted().map((kernel) => markOverwrites(kernel, overwritten)), inPlace };
}

function markOverwrites(kernel: Kernel, overwritten: ReadonlyMap<ValueId, ValueId>): Kernel {
  const stores = kernel.stores.map((store) => {
    const overwrites = overwritten.get(store.value);
    return overwrites === undefined ? store : { ...store, overwrites };
  });
  return { ...kernel, stores };
}

/** True where a kernel reads `old` only at the position it writes, after all accumulation. */
function readsOwnPosition(kernel: Kernel, old: ValueId, value: ValueId): boolean {
  const type = kernel.sources.get(old);
  if (!type) return true;
  const shape = kernel.axes.map(({ extent }) => extent);
  const stored = kernel.stores.find((store) => store.value === value);
  if (size(type.shape) !== size(shape) || stored?.type.dtype !== type.dtype) return false;
  const accumulated = workExpressions(kernel.work).flatMap(loadsOf);
  if (accumulated.some((load) => load.source === old)) return false;
  const own = flatIndex(kernel.axes, shape);
  return kernel.stores
    .flatMap((store) => loadsOf(store.element))
    .every((load) => load.source !== old || sameAffine(flatIndex(load.index, type.shape), own));
}

/** Which kernel must run before which. */
class Order {
  readonly producer = new Map<ValueId, Kernel>();
  private readonly kernels: readonly Kernel[];
  private readonly before = new Map<Kernel, Set<Kernel>>();

  constructor(kernels: readonly Kernel[]) {
    this.kernels = kernels;
    for (const kernel of kernels) for (const { value } of kernel.stores) this.producer.set(value, kernel);
    for (const kernel of kernels) {
      const producers = [...kernel.sources.keys()].flatMap((source) => this.producer.get(source) ?? []);
      this.before.set(kernel, new Set(producers.filter((other) => other !== kernel)));
    }
  }

  /** Makes `writer` wait for every other reader of a value; false where one of them needs `writer`. */
  runAfterReaders(writer: Kernel, value: ValueId): boolean {
    const readers = this.kernels.filter((kernel) => kernel !== writer && kernel.sources.has(value));
    if (readers.some((reader) => this.needs(reader, writer))) return false;
    for (const reader of readers) this.before.get(writer)?.add(reader);
    return true;
  }

  /** Depth first, so that what is made is used soon and its buffer is free again. */
  sorted(): Kernel[] {
    const order = new Set<Kernel>();
    const visit = (kernel: Kernel): void => {
      if (order.has(kernel)) return;
      for (const other of this.before.get(kernel) ?? []) visit(other);
      order.add(kernel);
    };
    this.kernels.forEach(visit);
    return [...order];
  }

  private needs(kernel: Kernel, other: Kernel, seen = new Set<Kernel>()): boolean {
    if (kernel === other) return true;
    if (seen.has(kernel)) return false;
    seen.add(kernel);
    return [...(this.before.get(kernel) ?? [])].some((earlier) => this.needs(earlier, other, seen));
  }
}
