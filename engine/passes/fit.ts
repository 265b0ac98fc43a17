import type { Turns } from '../core/turns.ts';
import type { Module, ValueId } from '../ir/program.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { instructionFlops, programFlops } from '../ops/flops.ts';
import {
  arrangeModule,
  arrangeProgram,
  joinPrograms,
  type ArrangedModule,
  type CompileOptions,
} from './arrange.ts';
import { writePlan } from './compile.ts';
import type { ArrangedProgram } from './lifetimes.ts';
import { peakBytes } from './memory.ts';
import type { Plan } from './plan.ts';
import { recompute, segmentsOf } from './rematerialise.ts';
import { simplify } from './simplify.ts';

/** What a device can hold, in bytes. */
export interface Room {
  readonly total: number;
  /** Of one buffer. */
  readonly buffer: number;
}

/** What is computed a second time so that less must be kept. */
export interface Recomputed {
  /** Graph nodes. */
  readonly nodes: number;
  /** Share of additional work in the programs that do it, e.g. 0.25. */
  readonly work: number;
}

export interface Fitted {
  readonly plan: Plan;
  /** Those that the plan's kernels were written from. */
  readonly kernels: readonly Kernel[];
  readonly recomputed?: Recomputed;
}

/** Numbers of stretches that are tried. */
const COUNTS = [4, 8, 16, 32] as const;

/**
 * Compiles a module so that it fits: as it is where it does, else with stretches of the forward passes computed again in the
 * backward passes, those first that save most bytes per operation, and in every program no more of them than it takes. Null where
 * that is not enough.
 */
export function* fitModule(module: Module, options: CompileOptions, room: Room): Turns<Fitted | null> {
  const whole = yield* arrangeModule(module, options);
  if (fits(whole, room)) return yield* written(module, whole, options);
  // Simplified first: what is the same must not be computed again by itself.
  const simple = { ...module, programs: module.programs.map(simplify) };
  let best: readonly ArrangedProgram[] | undefined;
  for (const count of COUNTS) {
    const found = yield* cheapest(simple, whole.programs, options, room, count);
    if (found && !(best && flopsOf(best) <= flopsOf(found))) best = found;
  }
  if (!best) return null;
  const fitted = yield* written(module, joinPrograms(module.states, best), options);
  return { ...fitted, recomputed: summary(whole.programs, best) };
}

function* written(module: Module, arranged: ArrangedModule, { target }: CompileOptions): Turns<Fitted> {
  const kernels = arranged.programs.flatMap(({ parts }) => parts.flatMap(({ schedule }) => schedule.kernels));
  return { plan: yield* writePlan(module, arranged, target), kernels };
}

/** Whether the buffers of an arranged module are no more and no larger than a device holds. */
export const fits = ({ memory }: ArrangedModule, room: Room): boolean =>
  peakBytes(memory) <= room.total && memory.buffers.every(({ bytes }) => bytes <= room.buffer);

const flopsOf = (programs: readonly ArrangedProgram[]): number =>
  programs.reduce((sum, { program }) => sum + programFlops(program), 0);

/**
 * The fewest stretches of each program, in order of what they save, that make the module fit: all of them to begin with, then
 * fewer in one program after the other. `whole` is the module without any.
 */
function* cheapest(
  { states, programs }: Module,
  whole: readonly ArrangedProgram[],
  options: CompileOptions,
  room: Room,
  count: number,
): Turns<readonly ArrangedProgram[] | undefined> {
  const stretches = programs.map((program) =>
    [...segmentsOf(program, count)].sort((a, b) => b.bytes / b.flops - a.bytes / a.flops),
  );
  const without = function* (at: number, number: number): Turns<ArrangedProgram> {
    if (number === 0) return whole[at];
    const dropped = stretches[at].slice(0, number).flatMap(({ values }): ValueId[] => [...values]);
    return yield* arrangeProgram(recompute(programs[at], new Set(dropped)), states, options);
  };
  let best: readonly ArrangedProgram[] = [];
  for (const [at, { length }] of stretches.entries()) best = [...best, yield* without(at, length)];
  if (!fits(joinPrograms(states, best), room)) return undefined;
  // The longest program comes first: the others are as they are where that is possible, and it makes room for them.
  for (const [at, { length }] of [...stretches.entries()].reverse()) {
    for (let [few, enough] = [-1, length]; enough - few > 1;) {
      const middle = few < 0 ? 0 : (few + enough) >> 1;
      const tried = best.with(at, yield* without(at, middle));
      if (fits(joinPrograms(states, tried), room)) [best, enough] = [tried, middle];
      else few = middle;
    }
  }
  return best;
}

/** What the programs that compute something again do more than the same ones as a whole. */
function summary(whole: readonly ArrangedProgram[], fitted: readonly ArrangedProgram[]): Recomputed {
  const more = [...fitted.keys()].filter((at) => fitted[at] !== whole[at]);
  const again = more.flatMap((at) => {
    const { program } = fitted[at];
    return program.instructions.filter(
      (instruction) => instruction.again && instructionFlops(program, instruction) > 0,
    );
  });
  const [before, after] = [whole, fitted].map((programs) => flopsOf(more.map((at) => programs[at])));
  return { nodes: new Set(again.map(({ origin }) => origin)).size, work: after / before - 1 };
}
