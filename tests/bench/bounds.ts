import { BYTES } from '../../engine/core/dtype.ts';
import { size } from '../../engine/core/shape.ts';
import type { TensorType } from '../../engine/core/tensor.ts';
import { loadsOf, operationsOf } from '../../engine/kernel/inspect.ts';
import type { Axis, Kernel } from '../../engine/kernel/kernel.ts';
import type { ArrangedModule } from '../../engine/passes/arrange.ts';
import { workExpressions } from '../../engine/passes/fuse.ts';
import type { Peaks } from './peaks.ts';

/** What the kernels of a program do at least, whoever runs them. */
export interface Demand {
  readonly flops: number;
  /** Bytes that are read and written, each once for each kernel. */
  readonly bytes: number;
  readonly kernels: number;
  /** Seconds by the roofline model (Williams et al., 2009): each kernel takes as long as its arithmetic or its memory, whichever is more. */
  seconds(peaks: Peaks): number;
}

/** Bytes per second, whichever way they go faster. */
export const bandwidth = ({ read, copy }: Peaks): number => Math.max(read, copy);

const count = (axes: readonly Axis[]): number => size(axes.map(({ extent }) => extent));

/** The demand of the first program of a module. */
export function demandOf({ programs: [{ parts }] }: ArrangedModule): Demand {
  const runs = parts.flatMap(({ schedule, loop }) =>
    schedule.kernels.map((kernel) => ({
      times: loop?.steps ?? 1,
      flops: flopsOf(kernel),
      bytes: bytesOf(kernel),
    })),
  );
  const total = (of: (run: (typeof runs)[number]) => number): number =>
    runs.reduce((sum, run) => sum + run.times * of(run), 0);
  return {
    flops: total(({ flops }) => flops),
    bytes: total(({ bytes }) => bytes),
    kernels: total(() => 1),
    seconds: (peaks) => total(({ flops, bytes }) => Math.max(flops / peaks.flops, bytes / bandwidth(peaks))),
  };
}

function flopsOf({ axes, work, stores }: Kernel): number {
  const results = count(axes);
  const epilogue = stores.reduce((sum, { element }) => sum + operationsOf(element), 0) * results;
  switch (work.kind) {
    case 'map':
      return epilogue;
    case 'reduce':
      return epilogue + results * count(work.reduced) * (1 + operationsOf(work.element));
    case 'rows':
      return (
        epilogue + work.steps.reduce((sum, { element }) => sum + results * (1 + operationsOf(element)), 0)
      );
    case 'contract':
      return epilogue + 2 * results * count(work.contracted);
  }
}

/** A source is read whole, or as often as the kernel loads from it where that is less. */
function bytesOf({ axes, work, stores, sources }: Kernel): number {
  const bytes = ({ dtype, shape }: TensorType, most = Infinity): number =>
    BYTES[dtype] * Math.min(size(shape), most);
  const repeated =
    work.kind === 'reduce' ? count(work.reduced) : work.kind === 'contract' ? count(work.contracted) : 1;
  const loads = [
    ...stores
      .flatMap(({ element }) => loadsOf(element))
      .map(({ source }) => ({ source, times: count(axes) })),
    ...workExpressions(work)
      .flatMap(loadsOf)
      .map(({ source }) => ({ source, times: count(axes) * repeated })),
  ];
  const read = [...sources].reduce((sum, [source, type]) => {
    const times = loads.reduce((most, load) => (load.source === source ? most + load.times : most), 0);
    return sum + bytes(type, times);
  }, 0);
  return stores.reduce((sum, { type }) => sum + bytes(type), read);
}
