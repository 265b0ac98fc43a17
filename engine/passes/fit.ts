import type { Turns } from '../core/turns.ts';
import type { Module, Program, ValueId } from '../ir/program.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { instructionFlops, programFlops } from '../ops/flops.ts';
import { arrangeModule, writePlan, type ArrangedModule, type CompileOptions } from './compile.ts';
import { peakBytes } from './memory.ts';
import type { Plan } from './plan.ts';
import { recompute, segmentsOf, type Segment } from './rematerialise.ts';
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
  /** Share of additional work, e.g. 0.25. */
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

interface Attempt {
  readonly module: Module;
  readonly arranged: ArrangedModule;
  readonly flops: number;
}

/**
 * Compiles a module so that it fits: as it is where it does, else with stretches of its forward pass computed again in the
 * backward pass, those first that save most bytes per operation, and no more of them than it takes. Null where that is not enough.
 */
export function* fitModule(module: Module, options: CompileOptions, room: Room): Turns<Fitted | null> {
  const whole = yield* arrangeModule(module, options);
  if (fits(whole, room)) return yield* written(module, whole, options);
  // Simplified first: what is the same must not be computed again by itself.
  const simple = { ...module, programs: module.programs.map(simplify) };
  let best: Attempt | undefined;
  for (const count of COUNTS) {
    const found = yield* cheapest(simple, options, room, count);
    if (found && !(best && best.flops <= found.flops)) best = found;
  }
  if (!best) return null;
  return {
    ...(yield* written(best.module, best.arranged, options)),
    recomputed: summary(best.module.programs[0], best.flops / programFlops(module.programs[0])),
  };
}

function* written(module: Module, arranged: ArrangedModule, { target }: CompileOptions): Turns<Fitted> {
  const kernels = arranged.programs.flatMap(({ parts }) => parts.flatMap(({ schedule }) => schedule.kernels));
  return { plan: yield* writePlan(module, arranged, target), kernels };
}

/** Whether the buffers of an arranged module are no more and no larger than a device holds. */
export const fits = ({ memory }: ArrangedModule, room: Room): boolean =>
  peakBytes(memory) <= room.total && memory.buffers.every(({ bytes }) => bytes <= room.buffer);

/** The fewest stretches, in order of what they save, that make the module fit. */
function* cheapest(
  module: Module,
  options: CompileOptions,
  room: Room,
  count: number,
): Turns<Attempt | undefined> {
  const [train, ...others] = module.programs;
  const bySaving = [...segmentsOf(train, count)].sort((a, b) => b.bytes / b.flops - a.bytes / a.flops);
  const without = function* (number: number): Turns<Attempt> {
    const chosen = bySaving.slice(0, number);
    const program = recompute(train, new Set(chosen.flatMap(({ values }): ValueId[] => [...values])));
    const changed = { ...module, programs: [program, ...others] };
    return { module: changed, arranged: yield* arrangeModule(changed, options), flops: sumOfFlops(chosen) };
  };
  let best = yield* without(bySaving.length);
  if (!fits(best.arranged, room)) return undefined;
  let [few, enough] = [0, bySaving.length];
  while (enough - few > 1) {
    const middle = (few + enough) >> 1;
    const tried = yield* without(middle);
    if (fits(tried.arranged, room)) [best, enough] = [tried, middle];
    else few = middle;
  }
  return best;
}

const sumOfFlops = (segments: readonly Segment[]): number =>
  segments.reduce((sum, { flops }) => sum + flops, 0);

function summary(program: Program, work: number): Recomputed {
  const again = program.instructions.filter(
    (instruction) => instruction.again && instructionFlops(program, instruction) > 0,
  );
  return { nodes: new Set(again.map(({ origin }) => origin)).size, work };
}
