import type { TensorType } from '../core/tensor.ts';
import type { Turns } from '../core/turns.ts';
import type { Module, Program, State, ValueId } from '../ir/program.ts';
import { verify } from '../ir/verify.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { opRecord } from '../ops/records.ts';
import { scheduleKernels } from './kernels.ts';
import { homesOf, lifetimesOf, type ArrangedProgram, type ScheduledPart } from './lifetimes.ts';
import { planMemory, type MemoryPlan } from './memory.ts';
import { packScalars } from './pack-scalars.ts';
import { simplify } from './simplify.ts';
import type { Target } from './target.ts';
import { unfold } from './unfold.ts';

export interface CompileOptions {
  readonly target: Target;
  /** Checks every program before and after the passes that change it; throws `IR_INVALID`. */
  readonly verify?: boolean;
  /** Is told of every kernel before it is written in the device's language. */
  readonly onKernel?: (kernel: Kernel, program: string) => void;
}

/** A module with its kernels in their order and its buffers, before the kernels are written. */
export interface ArrangedModule {
  readonly programs: readonly ArrangedProgram[];
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
  const scheduled: ScheduledPart[] = [];
  for (const { program: part, loop } of parts) {
    yield;
    const sound = check(packScalars(check(simplify(check(part, known)), known)), known);
    const id = `${program.name}/${scheduled.length}`;
    scheduled.push({ ...(yield* schedulePart(sound, id, target)), loop });
  }
  for (const part of scheduled) for (const kernel of part.schedule.kernels) onKernel?.(kernel, program.name);
  yield;
  return { program: simplified, parts: scheduled, states };
}

/** Plans the memory of programs that share states. */
export const joinPrograms = (
  states: readonly State[],
  programs: readonly ArrangedProgram[],
): ArrangedModule => ({ programs, memory: planMemory(lifetimesOf(states, programs)) });

function* schedulePart(program: Program, id: string, target: Target): Turns<ScheduledPart> {
  const scheduled = yield* scheduleKernels(program, target);
  const types = new Map<ValueId, TensorType>(program.values.map((type, value) => [value, type]));
  for (const { value, type } of scheduled.kernels.flatMap(({ stores }) => stores)) types.set(value, type);
  return { program, id, schedule: scheduled, types, homes: homesOf(program, id, scheduled) };
}
