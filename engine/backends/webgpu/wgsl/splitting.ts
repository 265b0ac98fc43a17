import { size } from '../../../core/shape.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { extentsOf } from '../../codegen/accumulation.ts';
import type { Profile } from './kernel-table.ts';
import { teamSize } from './reduce.ts';

/** An invocation's share of an accumulation, below which it is not worth a second kernel. */
const SHORT = 256;
/** Results that an invocation of a product computes, about. */
const PER_INVOCATION = 32;

/** In how many parts an accumulation runs, so that the device is busy although the result is small. */
export function partsOf({ parallel, reducing }: Profile, kernel: Kernel): number {
  const { work, axes } = kernel;
  if (work.kind === 'map' || work.kind === 'rows') return 1;
  const results = size(extentsOf(axes));
  const team = work.kind === 'reduce' ? teamSize(kernel, work, reducing) : 1;
  const invocations = work.kind === 'reduce' ? results * team : Math.ceil(results / PER_INVOCATION);
  const share = size(extentsOf(work.kind === 'reduce' ? work.reduced : work.contracted)) / team;
  if (share < SHORT) return 1;
  return Math.max(1, Math.min(Math.floor(parallel / invocations), Math.floor(share / (SHORT / 4))));
}
