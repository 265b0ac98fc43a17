import { BYTES } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { TensorType } from '../core/tensor.ts';
import type { Program, State, ValueId } from '../ir/program.ts';
import type { Lifetime } from './memory.ts';
import type { Schedule } from './schedule.ts';
import type { Part } from './unfold.ts';

/** A part of a program with its kernels in their order. */
export interface ScheduledPart {
  readonly loop?: Part['loop'];
  readonly program: Program;
  /** Different for every part of a module. */
  readonly id: string;
  readonly schedule: Schedule;
  readonly types: ReadonlyMap<ValueId, TensorType>;
  /** Where each value lives: the key of a lifetime. */
  readonly homes: ReadonlyMap<ValueId, string>;
}

/** A program with its kernels in their order, before its memory is planned: in parts that hand values to each other by states. */
export interface ArrangedProgram {
  readonly program: Program;
  readonly parts: readonly ScheduledPart[];
  readonly states: readonly State[];
}

export const stateKey = (state: string): string => `state ${state}`;
export const outputKey = (output: string): string => `output ${output}`;

export function homesOf(program: Program, id: string, { kernels, inPlace }: Schedule): Map<ValueId, string> {
  const homes = new Map<ValueId, string>();
  for (const { value } of kernels.flatMap((kernel) => kernel.stores)) homes.set(value, `${id} %${value}`);
  for (const { name, value } of program.outputs) homes.set(value, outputKey(name));
  for (const { state, value } of program.reads) homes.set(value, stateKey(state));
  for (const [value, state] of inPlace) homes.set(value, stateKey(state));
  return homes;
}

/** Bytes of a tensor's buffer. */
export function bytesOf({ dtype, shape }: TensorType): number {
  return Math.max(4, Math.ceil((size(shape) * BYTES[dtype]) / 4) * 4);
}

/** A value that is copied from one home to another. */
export interface ValueCopy {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

/** What no kernel does, before and after the kernels: states and outputs that take over a value which lives elsewhere. */
export function copiesOf({ program, id, types, homes, schedule: { inPlace } }: ScheduledPart): {
  readonly first: readonly ValueCopy[];
  readonly last: readonly ValueCopy[];
} {
  const copy = (from: string, to: string, value: ValueId): ValueCopy => ({
    ...{ from, to },
    bytes: bytesOf(types.get(value)!),
  });
  const first: ValueCopy[] = [];
  const last: ValueCopy[] = [];
  const read = new Map(program.reads.map(({ state, value }) => [value, state]));
  for (const { state, value } of program.writes) {
    const from = read.get(value);
    if (inPlace.get(value) === state || from === state) continue;
    // Old values of states that are written to other states are put aside before any state changes.
    const aside = `${id} rescued ${state}`;
    if (from !== undefined) first.push(copy(stateKey(from), aside, value));
    last.push(copy(from === undefined ? homes.get(value)! : aside, stateKey(state), value));
  }
  for (const { name, value } of program.outputs) {
    const home = homes.get(value)!;
    if (home !== outputKey(name))
      (home.startsWith('state ') ? first : last).push(copy(home, outputKey(name), value));
  }
  return { first, last };
}

/**
 * The lifetimes of all that a module needs. Its states and outputs have buffers of their own; what parts of a program hand to each
 * other lives from the kernel that makes it to the last one that reads it, and through every round of a recurrence that touches it.
 */
export function lifetimesOf(states: readonly State[], programs: readonly ArrangedProgram[]): Lifetime[] {
  const always = { pinned: true, program: '', from: 0, to: Infinity } as const;
  const pinned = states.map(({ name, type }): Lifetime => ({
    key: stateKey(name),
    label: name,
    bytes: bytesOf(type),
    ...always,
  }));
  const outputs = programs.flatMap(({ program }) =>
    program.outputs.map(({ name, value }): Lifetime => ({
      key: outputKey(name),
      label: name,
      bytes: bytesOf(program.values[value]),
      ...always,
    })),
  );
  const passing = programs.flatMap((program) => new Times(program).lifetimes());
  return [...pinned, ...largestOfEach(outputs), ...passing];
}

/** Outputs of the same name share a buffer, as large as the largest needs: they are read by name. */
function largestOfEach(outputs: readonly Lifetime[]): Lifetime[] {
  const largest = new Map<string, Lifetime>();
  for (const output of outputs)
    if ((largest.get(output.key)?.bytes ?? 0) < output.bytes) largest.set(output.key, output);
  return [...largest.values()];
}

/** When the values of a program that have no buffer of their own are there. Its parts follow each other. */
class Times {
  private readonly program: string;
  private readonly found = new Map<string, { label: string; bytes: number; from: number; to: number }>();

  constructor({ program, parts, states }: ArrangedProgram) {
    this.program = program.name;
    for (const { name, type, origin } of states) this.expect(stateKey(name), origin ?? name, bytesOf(type));
    let begin = 0;
    for (const part of parts) begin = this.pass(part, begin) + 1;
  }

  lifetimes(): Lifetime[] {
    return [...this.found]
      .filter(([, { from }]) => from < Infinity)
      .map(([key, times]) => ({ key, ...times, pinned: false, program: this.program }));
  }

  /** Goes through a part; returns the time of its end. */
  private pass(part: ScheduledPart, begin: number): number {
    const { homes, types, loop } = part;
    const { kernels } = part.schedule;
    const end = begin + kernels.length + 1;
    const touch = (key: string, ...times: readonly number[]): void =>
      this.touch(key, loop && key.startsWith('state ') ? [begin, end] : times);
    kernels.forEach((kernel, step) => {
      for (const { value } of kernel.stores) {
        const key = homes.get(value)!;
        if (key.startsWith(`${part.id} `)) this.expect(key, kernel.label, bytesOf(types.get(value)!));
      }
      for (const value of [...kernel.stores.map((store) => store.value), ...kernel.sources.keys()])
        touch(homes.get(value)!, begin + 1 + step);
    });
    const { first, last } = copiesOf(part);
    for (const { from, to, bytes } of first) {
      // An output has a buffer of its own; what is put aside needs one for a while.
      if (to.startsWith(`${part.id} `)) this.expect(to, from, bytes);
      touch(from, begin);
      touch(to, begin);
    }
    for (const { from, to } of last) {
      touch(from, end);
      touch(to, end);
    }
    for (const { from, to } of [...(loop?.before ?? []), ...(loop?.after ?? [])]) {
      touch(stateKey(from), begin, end);
      touch(stateKey(to), begin, end);
    }
    return end;
  }

  /** A value whose lifetime is looked for. */
  private expect(key: string, label: string, bytes: number): void {
    if (!this.found.has(key)) this.found.set(key, { label, bytes, from: Infinity, to: -Infinity });
  }

  private touch(key: string, times: readonly number[]): void {
    const found = this.found.get(key);
    if (!found) return; // A state or an output, which is always there.
    found.from = Math.min(found.from, ...times);
    found.to = Math.max(found.to, ...times);
  }
}
