import { BYTES } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { TensorType } from '../core/tensor.ts';
import type { Turns } from '../core/turns.ts';
import type { Module, Program, State, ValueId } from '../ir/program.ts';
import { verify } from '../ir/verify.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { opRecord } from '../ops/records.ts';
import { scheduleKernels } from './kernels.ts';
import { planMemory, type Lifetime, type MemoryPlan } from './memory.ts';
import { packScalars } from './pack-scalars.ts';
import type { Schedule } from './schedule.ts';
import { simplify } from './simplify.ts';
import type { Target } from './target.ts';
import { unfold, type Part } from './unfold.ts';

export interface CompileOptions {
  readonly target: Target;
  /** Checks every program before and after the passes that change it; throws `IR_INVALID`. */
  readonly verify?: boolean;
  /** Is told of every kernel before it is written in the device's language. */
  readonly onKernel?: (kernel: Kernel, program: string) => void;
}

/** A program with its kernels in their order, before its memory is planned. */
export interface ArrangedProgram {
  readonly program: Program;
  readonly parts: readonly ScheduledProgram[];
  /** What its recurrences keep. */
  readonly states: readonly State[];
}

/** A module with its kernels in their order and its buffers, before the kernels are written. */
export interface ArrangedModule {
  readonly programs: readonly ArrangedProgram[];
  readonly states: ReadonlyMap<string, State>;
  readonly memory: MemoryPlan;
}

/** All of compiling but the writing of kernels: it tells the memory that a plan needs. */
export function* arrangeModule({ states, programs }: Module, options: CompileOptions): Turns<ArrangedModule> {
  const arranged = [];
  for (const program of programs) arranged.push(yield* arrangeProgram(program, states, options));
  return joinPrograms(states, arranged);
}

/** The kernels of one program of a module that has these states. */
export function* arrangeProgram(
  program: Program,
  moduleStates: readonly State[],
  { target, verify: checked = false, onKernel }: CompileOptions,
): Turns<ArrangedProgram> {
  const check = (changed: Program, states: readonly State[]): Program => {
    if (checked) verify(changed, opRecord, states);
    return changed;
  };
  const simplified = check(simplify(check(program, moduleStates)), moduleStates);
  const { parts, states } = unfold(simplified);
  const known = [...moduleStates, ...states];
  const scheduled: ScheduledProgram[] = [];
  for (const { program: part, loop } of parts) {
    yield;
    const sound = check(packScalars(check(simplify(check(part, known)), known)), known);
    const id = `${program.name}/${scheduled.length}`;
    scheduled.push({ ...(yield* scheduleProgram(sound, id, target)), loop });
  }
  for (const part of scheduled) for (const kernel of part.schedule.kernels) onKernel?.(kernel, program.name);
  yield;
  return { program: simplified, parts: scheduled, states };
}

/** Plans the memory of programs that share states. */
export function joinPrograms(states: readonly State[], programs: readonly ArrangedProgram[]): ArrangedModule {
  const all = [...states, ...programs.flatMap((program) => program.states)];
  const lifetimes = [
    ...all.map(stateLifetime),
    ...programs.flatMap(({ parts }) => parts.flatMap(lifetimesOf)),
  ];
  return {
    programs,
    states: new Map(all.map((state) => [state.name, state])),
    memory: planMemory(uniqueOutputs(lifetimes)),
  };
}

export interface ScheduledProgram {
  readonly loop?: Part['loop'];
  readonly program: Program;
  /** Different for every part of a module. */
  readonly id: string;
  readonly schedule: Schedule;
  readonly types: ReadonlyMap<ValueId, TensorType>;
  /** Where each value lives: the key of a lifetime. */
  readonly homes: ReadonlyMap<ValueId, string>;
}

function* scheduleProgram(program: Program, id: string, target: Target): Turns<ScheduledProgram> {
  const scheduled = yield* scheduleKernels(program, target);
  const types = new Map<ValueId, TensorType>(program.values.map((type, value) => [value, type]));
  for (const { value, type } of scheduled.kernels.flatMap(({ stores }) => stores)) types.set(value, type);
  return { program, id, schedule: scheduled, types, homes: homesOf(program, id, scheduled) };
}

export const stateKey = (state: string): string => `state ${state}`;
export const outputKey = (output: string): string => `output ${output}`;

function homesOf(program: Program, id: string, { kernels, inPlace }: Schedule): Map<ValueId, string> {
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

function stateLifetime({ name, type }: State): Lifetime {
  return {
    key: stateKey(name),
    label: name,
    bytes: bytesOf(type),
    pinned: true,
    program: '',
    from: 0,
    to: Infinity,
  };
}

/** Lifetimes of a program's results; step −1 is its beginning. */
function lifetimesOf({ program, id, schedule: { kernels }, types, homes }: ScheduledProgram): Lifetime[] {
  const lifetimes = new Map<ValueId, { from: number; to: number; label: string }>();
  kernels.forEach((kernel, step) => {
    for (const { value } of kernel.stores)
      lifetimes.set(value, { from: step, to: step, label: kernel.label });
    for (const source of kernel.sources.keys()) {
      const lifetime = lifetimes.get(source);
      if (lifetime) lifetime.to = step;
    }
  });
  for (const { value } of program.writes) {
    const lifetime = lifetimes.get(value);
    if (lifetime) lifetime.to = Infinity;
  }
  const values = [...lifetimes].flatMap(([value, { from, to, label }]): Lifetime[] => {
    const key = homes.get(value) ?? '';
    if (key !== `${id} %${value}`) return [];
    return [{ key, label, bytes: bytesOf(typeOf(types, value)), pinned: false, program: id, from, to }];
  });
  const outputs = program.outputs.map(({ name, value }): Lifetime => {
    const bytes = bytesOf(typeOf(types, value));
    return { key: outputKey(name), label: name, bytes, pinned: true, program: id, from: 0, to: Infinity };
  });
  return [...values, ...outputs, ...rescuedLifetimes(program, id)];
}

/** Old values of states that are written to other states: they are put aside before any state changes. */
export function rescuedWrites(program: Program): { state: string; value: ValueId; from: string }[] {
  return program.writes.flatMap(({ state, value }) => {
    const read = program.reads.find((candidate) => candidate.value === value);
    return read ? [{ state, value, from: read.state }] : [];
  });
}

function rescuedLifetimes(program: Program, id: string): Lifetime[] {
  return rescuedWrites(program).map(({ state, value, from }) => ({
    key: `${id} rescued ${state}`,
    label: from,
    bytes: bytesOf(program.values[value]),
    pinned: false,
    program: id,
    from: -1,
    to: Infinity,
  }));
}

/** Outputs of the same name share a buffer, as large as the largest needs: they are read by name. */
function uniqueOutputs(lifetimes: readonly Lifetime[]): Lifetime[] {
  const byKey = new Map<string, Lifetime>();
  for (const lifetime of lifetimes) {
    const known = byKey.get(lifetime.key);
    if (!known || known.bytes < lifetime.bytes) byKey.set(lifetime.key, lifetime);
  }
  return [...byKey.values()];
}

export function typeOf(types: ReadonlyMap<ValueId, TensorType>, value: ValueId): TensorType {
  const type = types.get(value);
  if (!type) throw new Error(`The value %${value} has no type.`);
  return type;
}
