import { BYTES } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { Instruction, Program, ValueId } from '../ir/program.ts';
import { instructionFlops } from '../ops/flops.ts';

/** A stretch of the forward pass whose values can be computed again from what is kept at its beginning. */
export interface Segment {
  readonly values: ReadonlySet<ValueId>;
  /** Of its values that the backward pass needs. */
  readonly bytes: number;
  /** Floating-point operations of computing it once more. */
  readonly flops: number;
}

/**
 * Cuts the forward pass into about `count` stretches that keep as much for the backward pass each, where few values are
 * alive; the last one is left out, because the backward pass begins with it (Chen et al., "Training Deep Nets with Sublinear
 * Memory Cost", 2016). What is alive at a cut is kept, and so are results of recurrences and what leaves the program.
 */
export function segmentsOf(program: Program, count: number): readonly Segment[] {
  const end = program.instructions.findIndex(({ backward }) => backward);
  if (end < 0) return [];
  const forward = new ForwardPass(program, end);
  const cuts = forward.cuts(count);
  const kept = new Set([...forward.fixed, ...cuts.flatMap((cut) => forward.aliveAfter(cut))]);
  return cuts.flatMap((cut, at) => forward.segment(at === 0 ? 0 : cuts[at - 1] + 1, cut, kept) ?? []);
}

/** A program whose backward pass computes the given values of the forward pass again, each as late as it is needed. */
export function recompute(program: Program, dropped: ReadonlySet<ValueId>): Program {
  const end = program.instructions.findIndex(({ backward }) => backward);
  const producers = new Map<ValueId, Instruction>();
  for (const instruction of program.instructions.slice(0, end)) {
    for (const result of instruction.results) if (dropped.has(result)) producers.set(result, instruction);
  }
  const values = [...program.values];
  const instructions = program.instructions.slice(0, end);
  const copies = new Map<ValueId, ValueId>();
  const late = (value: ValueId): ValueId => {
    const producer = producers.get(value);
    if (!producer) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    const inputs = producer.inputs.map(late);
    const copy = values.push(program.values[value]) - 1;
    instructions.push({ ...producer, inputs, results: [copy], again: true });
    copies.set(value, copy);
    return copy;
  };
  for (const instruction of program.instructions.slice(end)) {
    const inputs = instruction.inputs.map(late);
    instructions.push({ ...instruction, inputs });
  }
  return { ...program, values, instructions };
}

class ForwardPass {
  /** Values that cannot be computed again, or are kept anyway. */
  readonly fixed: ReadonlySet<ValueId>;
  private readonly program: Program;
  private readonly instructions: readonly Instruction[];
  /** The last instruction of the forward pass that reads a value. */
  private readonly lastUse = new Map<ValueId, number>();
  private readonly made = new Map<ValueId, number>();
  private readonly neededLater: ReadonlySet<ValueId>;

  constructor(program: Program, end: number) {
    this.program = program;
    this.instructions = program.instructions.slice(0, end);
    this.instructions.forEach(({ inputs, results }, at) => {
      for (const result of results) this.made.set(result, at);
      for (const input of inputs) this.lastUse.set(input, at);
    });
    this.neededLater = new Set(program.instructions.slice(end).flatMap(({ inputs }) => inputs));
    this.fixed = new Set([
      ...[...program.writes, ...program.outputs].map(({ value }) => value),
      ...this.instructions.flatMap(({ scan, results }) => (scan ? results : [])),
    ]);
  }

  aliveAfter(at: number): ValueId[] {
    return [...this.made].flatMap(([value, made]) =>
      made <= at && (this.lastUse.get(value) ?? -1) > at ? value : [],
    );
  }

  /** Instructions after which a stretch ends: near where its share of the bytes is reached, where least is alive. */
  cuts(count: number): number[] {
    const sums: number[] = [];
    this.instructions.forEach(({ results: [result] }, at) => {
      sums.push((sums[at - 1] ?? 0) + (this.neededLater.has(result) ? this.bytes(result) : 0));
    });
    const total = sums.at(-1) ?? 0;
    const alive = this.aliveBytes();
    const cuts = Array.from({ length: count - 1 }, (_, share) => {
      const apart = (sum: number): number => Math.abs((sum * count) / total - share - 1);
      const near = [...sums.keys()].filter((at) => apart(sums[at]) <= 1 / 2);
      return near.reduce((best, at) => (alive[at] <= alive[best] ? at : best), near[0] ?? -1);
    });
    return [...new Set(cuts)].filter((cut) => cut >= 0);
  }

  segment(from: number, to: number, kept: ReadonlySet<ValueId>): Segment | undefined {
    const values = new Set<ValueId>();
    let [bytes, flops] = [0, 0];
    for (const instruction of this.instructions.slice(from, to + 1)) {
      const [result] = instruction.results;
      if (kept.has(result)) continue;
      values.add(result);
      flops += instructionFlops(this.program, instruction);
      if (this.neededLater.has(result)) bytes += this.bytes(result);
    }
    return bytes > 0 ? { values, bytes, flops } : undefined;
  }

  /** Bytes of the values that are alive after each instruction. */
  private aliveBytes(): number[] {
    const changes = new Array<number>(this.instructions.length + 1).fill(0);
    for (const [value, made] of this.made) {
      changes[made] += this.bytes(value);
      changes[Math.max(made, this.lastUse.get(value) ?? made)] -= this.bytes(value);
    }
    let sum = 0;
    return changes.map((change) => (sum += change));
  }

  private bytes(value: ValueId): number {
    const { dtype, shape } = this.program.values[value];
    return size(shape) * BYTES[dtype];
  }
}
