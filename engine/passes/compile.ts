import { BYTES } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import type { TensorType } from '../core/tensor.ts';
import { atOnce, type Turns } from '../core/turns.ts';
import type { Module, Program, State, ValueId } from '../ir/program.ts';
import { verify } from '../ir/verify.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { fuse } from './fuse.ts';
import { peakBytes, planMemory, type Lifetime, type MemoryPlan } from './memory.ts';
import type { Plan, PlanCopy, PlanDispatch, PlanKernel, PlanStep } from './plan.ts';
import { programFlops } from '../ops/flops.ts';
import { opRecord } from '../ops/records.ts';
import { schedule, type Schedule } from './schedule.ts';
import { simplify } from './simplify.ts';
import { splitAccumulation } from './split.ts';
import type { Target, WrittenKernel } from './target.ts';
import { unfold, type Part, type RowCopy } from './unfold.ts';

export interface CompileOptions {
  readonly target: Target;
  /** Checks every program before and after the passes that change it; throws `IR_INVALID`. */
  readonly verify?: boolean;
  /** Is told of every kernel before it is written in the device's language. */
  readonly onKernel?: (kernel: Kernel, program: string) => void;
}

/** Compiles a module: simplify, unfold recurrences, fuse, split, schedule, plan memory, write kernels. */
export const compileModule = (module: Module, options: CompileOptions): Plan =>
  atOnce(compileInTurns(module, options));

/** The same, in turns: of a pass over a part of a program, or of a kernel that is written. */
export function* compileInTurns(module: Module, options: CompileOptions): Turns<Plan> {
  return yield* writePlan(module, yield* arrangeModule(module, options), options.target);
}

/** A module with its kernels in their order and its buffers, before the kernels are written. */
export interface ArrangedModule {
  readonly programs: readonly {
    readonly program: Program;
    readonly parts: readonly ScheduledProgram[];
  }[];
  readonly states: ReadonlyMap<string, State>;
  readonly memory: MemoryPlan;
}

/** All of compiling but the writing of kernels: it tells the memory that a plan needs. */
export function* arrangeModule(
  module: Module,
  { target, verify: checked = false, onKernel }: CompileOptions,
): Turns<ArrangedModule> {
  const check = (program: Program, states: readonly State[]): Program => {
    if (checked) verify(program, opRecord, states);
    return program;
  };
  let number = 0;
  const programs = [];
  for (const program of module.programs) {
    const simplified = check(simplify(check(program, module.states)), module.states);
    const { parts, states } = unfold(simplified);
    const known = [...module.states, ...states];
    const scheduled = [];
    for (const { program: part, loop } of parts) {
      yield;
      const sound = check(simplify(check(part, known)), known);
      scheduled.push({ ...(yield* scheduleProgram(sound, number++, target)), loop });
    }
    for (const part of scheduled)
      for (const kernel of part.schedule.kernels) onKernel?.(kernel, program.name);
    programs.push({ program: simplified, parts: scheduled, states });
    yield;
  }
  const allStates = [...module.states, ...programs.flatMap(({ states }) => states)];
  const states = new Map(allStates.map((state) => [state.name, state]));
  const lifetimes = [
    ...allStates.map(stateLifetime),
    ...programs.flatMap(({ parts }) => parts.flatMap(lifetimesOf)),
  ];
  return { programs, states, memory: planMemory(uniqueOutputs(lifetimes)) };
}

/** Writes the kernels of an arranged module in the device's language. */
export function* writePlan(
  module: Module,
  { programs, states, memory }: ArrangedModule,
  target: Target,
): Turns<Plan> {
  const kernels = new KernelTable();
  const written = [];
  for (const { program, parts } of programs) {
    const steps = [];
    for (const part of parts) steps.push(...(yield* planPart(part, states, memory, kernels, target)));
    written.push({
      name: program.name,
      steps,
      outputs: program.outputs.map(({ name, value }) => ({
        name,
        ...program.values[value],
        buffer: buffer(memory, outputKey(name)),
      })),
      flops: programFlops(program),
    });
  }
  return {
    version: 1,
    buffers: memory.buffers,
    states: module.states.map(({ name, type, role, init }) => ({
      name,
      ...type,
      role,
      init,
      buffer: buffer(memory, stateKey(name)),
    })),
    programs: written,
    kernels: kernels.kernels,
    peakBytes: peakBytes(memory),
  };
}

interface ScheduledProgram {
  readonly loop?: Part['loop'];
  readonly program: Program;
  readonly number: number;
  readonly schedule: Schedule;
  readonly types: ReadonlyMap<ValueId, TensorType>;
  /** Where each value lives: the key of a lifetime. */
  readonly homes: ReadonlyMap<ValueId, string>;
}

function* scheduleProgram(program: Program, number: number, target: Target): Turns<ScheduledProgram> {
  let next = program.values.length;
  const kernels = (yield* fuse(program, target.maxBuffers)).flatMap((kernel) => {
    const parts = target.partsOf(kernel);
    return parts > 1 ? splitAccumulation(kernel, parts, next++) : [kernel];
  });
  yield;
  const scheduled = schedule(program, kernels);
  const types = new Map<ValueId, TensorType>(program.values.map((type, value) => [value, type]));
  for (const kernel of kernels) for (const { value, type } of kernel.stores) types.set(value, type);
  return { program, number, schedule: scheduled, types, homes: homesOf(program, number, scheduled) };
}

const stateKey = (state: string): string => `state ${state}`;
const outputKey = (output: string): string => `output ${output}`;

function homesOf(program: Program, number: number, { kernels, inPlace }: Schedule): Map<ValueId, string> {
  const homes = new Map<ValueId, string>();
  for (const { value } of kernels.flatMap((kernel) => kernel.stores)) homes.set(value, `${number} %${value}`);
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
    program: 0,
    from: 0,
    to: Infinity,
  };
}

/** Lifetimes of a program's results; step −1 is its beginning. */
function lifetimesOf({ program, number, schedule: { kernels }, types, homes }: ScheduledProgram): Lifetime[] {
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
    if (key !== `${number} %${value}`) return [];
    return [{ key, label, bytes: bytesOf(typeOf(types, value)), pinned: false, program: number, from, to }];
  });
  const outputs = program.outputs.map(({ name, value }): Lifetime => {
    const bytes = bytesOf(typeOf(types, value));
    return { key: outputKey(name), label: name, bytes, pinned: true, program: number, from: 0, to: Infinity };
  });
  return [...values, ...outputs, ...rescuedLifetimes(program, number)];
}

/** Old values of states that are written to other states: they are put aside before any state changes. */
function rescuedWrites(program: Program): { state: string; value: ValueId; from: string }[] {
  return program.writes.flatMap(({ state, value }) => {
    const read = program.reads.find((candidate) => candidate.value === value);
    return read ? [{ state, value, from: read.state }] : [];
  });
}

function rescuedLifetimes(program: Program, number: number): Lifetime[] {
  return rescuedWrites(program).map(({ state, value, from }) => ({
    key: `${number} rescued ${state}`,
    label: from,
    bytes: bytesOf(program.values[value]),
    pinned: false,
    program: number,
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

function* planPart(
  scheduled: ScheduledProgram,
  states: ReadonlyMap<string, State>,
  memory: MemoryPlan,
  table: KernelTable,
  target: Target,
): Turns<PlanStep[]> {
  const { homes, loop } = scheduled;
  const home = (value: ValueId): number => buffer(memory, homes.get(value) ?? '');
  const dispatches: PlanDispatch[] = [];
  for (const kernel of scheduled.schedule.kernels) {
    const written = target.write(kernel);
    const { sources, workgroups } = written;
    dispatches.push({ kernel: table.add(kernel, written), buffers: sources.map(home), workgroups });
    yield;
  }
  const copies = copiesOf(scheduled, states, memory);
  const steps = [...copies.first, ...dispatches, ...copies.last];
  if (!loop) return steps;
  const rows = ({ from, to, type }: RowCopy): PlanCopy => {
    const bytes = bytesOf(type);
    const order = loop.reverse
      ? { start: (loop.steps - 1) * bytes, stride: -bytes }
      : { start: 0, stride: bytes };
    const ends = { from: buffer(memory, stateKey(from)), to: buffer(memory, stateKey(to)) };
    return { copy: { ...ends, bytes, rows: order } };
  };
  const body = [...loop.before.map(rows), ...steps, ...loop.after.map(rows)];
  return [{ repeat: { times: loop.steps, steps: body } }];
}

/** What no kernel does: states and outputs that take over a value which lives elsewhere. */
function copiesOf(
  { program, number, types, homes, schedule: { inPlace } }: ScheduledProgram,
  states: ReadonlyMap<string, State>,
  memory: MemoryPlan,
): { first: PlanCopy[]; last: PlanCopy[] } {
  const copy = (from: string, to: string, value: ValueId): PlanCopy => ({
    copy: { from: buffer(memory, from), to: buffer(memory, to), bytes: bytesOf(typeOf(types, value)) },
  });
  const first: PlanCopy[] = [];
  const last: PlanCopy[] = [];
  for (const { state, value, from } of rescuedWrites(program)) {
    if (state === from || !states.has(state)) continue;
    first.push(copy(stateKey(from), `${number} rescued ${state}`, value));
    last.push(copy(`${number} rescued ${state}`, stateKey(state), value));
  }
  const rescued = new Set(rescuedWrites(program).map(({ state }) => state));
  for (const { state, value } of program.writes) {
    if (inPlace.get(value) === state || rescued.has(state)) continue;
    last.push(copy(homes.get(value) ?? '', stateKey(state), value));
  }
  for (const { name, value } of program.outputs) {
    const home = homes.get(value) ?? '';
    if (home !== outputKey(name))
      (home.startsWith('state ') ? first : last).push(copy(home, outputKey(name), value));
  }
  return { first, last };
}

/** Kernels of a plan; the same code is compiled once. */
class KernelTable {
  readonly kernels: PlanKernel[] = [];
  private readonly byText = new Map<string, number>();

  add({ label, origins }: Kernel, { code, memory }: WrittenKernel): number {
    const known = this.byText.get(code);
    if (known !== undefined) {
      const kernel = this.kernels[known];
      this.kernels[known] = { ...kernel, origins: [...new Set([...kernel.origins, ...origins])] };
      return known;
    }
    this.byText.set(code, this.kernels.length);
    return this.kernels.push({ label, code, origins, ...(memory && { memory }) }) - 1;
  }
}

function buffer(memory: MemoryPlan, key: string): number {
  const number = memory.bufferOf.get(key);
  if (number === undefined) throw new Error(`The memory plan has no buffer for "${key}".`);
  return number;
}

function typeOf(types: ReadonlyMap<ValueId, TensorType>, value: ValueId): TensorType {
  const type = types.get(value);
  if (!type) throw new Error(`The value %${value} has no type.`);
  return type;
}
