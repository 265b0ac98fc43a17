import { atOnce, type Turns } from '../core/turns.ts';
import type { Module, State, ValueId } from '../ir/program.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { programFlops } from '../ops/flops.ts';
import {
  arrangeModule,
  bytesOf,
  outputKey,
  rescuedWrites,
  stateKey,
  typeOf,
  type ArrangedModule,
  type CompileOptions,
  type ScheduledProgram,
} from './arrange.ts';
import { peakBytes, type MemoryPlan } from './memory.ts';
import type { Plan, PlanCopy, PlanDispatch, PlanKernel, PlanStep } from './plan.ts';
import type { Target, WrittenKernel } from './target.ts';
import type { RowCopy } from './unfold.ts';

/** Compiles a module: simplify, unfold recurrences, fuse, split, schedule, plan memory, write kernels. */
export const compileModule = (module: Module, options: CompileOptions): Plan =>
  atOnce(compileInTurns(module, options));

/** The same, in turns: of a pass over a part of a program, or of a kernel that is written. */
export function* compileInTurns(module: Module, options: CompileOptions): Turns<Plan> {
  return yield* writePlan(module, yield* arrangeModule(module, options), options.target);
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
  { program, id, types, homes, schedule: { inPlace } }: ScheduledProgram,
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
    first.push(copy(stateKey(from), `${id} rescued ${state}`, value));
    last.push(copy(`${id} rescued ${state}`, stateKey(state), value));
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
