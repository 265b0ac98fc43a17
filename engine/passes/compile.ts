import { atOnce, type Turns } from '../core/turns.ts';
import type { Module, ValueId } from '../ir/program.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { programFlops } from '../ops/flops.ts';
import { arrangeModule, type ArrangedModule, type CompileOptions } from './arrange.ts';
import { bytesOf, copiesOf, outputKey, stateKey, type ScheduledPart, type ValueCopy } from './lifetimes.ts';
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
  { programs, memory }: ArrangedModule,
  target: Target,
): Turns<Plan> {
  const kernels = new KernelTable();
  const written = [];
  for (const { program, parts } of programs) {
    const steps = [];
    for (const part of parts) steps.push(...(yield* planPart(part, memory, kernels, target)));
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
  scheduled: ScheduledPart,
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
  const copies = copiesOf(scheduled);
  const copy = ({ from, to, bytes }: ValueCopy): PlanCopy => ({
    copy: { from: buffer(memory, from), to: buffer(memory, to), bytes },
  });
  const steps = [...copies.first.map(copy), ...dispatches, ...copies.last.map(copy)];
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
