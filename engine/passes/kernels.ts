import type { Turns } from '../core/turns.ts';
import type { Program } from '../ir/program.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { fuse } from './fuse.ts';
import type { Limits } from './group.ts';
import { schedule, type Schedule } from './schedule.ts';
import { splitAccumulation } from './split.ts';
import type { Target } from './target.ts';

/**
 * From a program to kernels in their order. Whether a new value takes the buffer of the old one is known only of the order; kernels are
 * put together as if all did, and where that makes one bind more than the device allows, as if none did.
 */
export function* scheduleKernels(program: Program, target: Target): Turns<Schedule> {
  const { maxBuffers, longestRow } = target;
  const hopeful = yield* scheduleWithin(program, target, { maxBuffers, longestRow, inPlace: true });
  if (hopeful.kernels.every((kernel) => buffersOf(kernel) <= maxBuffers)) return hopeful;
  return yield* scheduleWithin(program, target, { maxBuffers, longestRow, inPlace: false });
}

function* scheduleWithin(program: Program, target: Target, limits: Limits): Turns<Schedule> {
  let next = program.values.length;
  const kernels = (yield* fuse(program, limits)).flatMap((kernel) => {
    const parts = target.partsOf(kernel);
    return parts > 1 ? splitAccumulation(kernel, parts, next++) : [kernel];
  });
  yield;
  return schedule(program, kernels);
}

function buffersOf({ sources, stores }: Kernel): number {
  return sources.size + stores.filter(({ overwrites }) => overwrites === undefined).length;
}
