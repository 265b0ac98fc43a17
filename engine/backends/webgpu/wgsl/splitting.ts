import { size } from '../../../core/shape.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { extentsOf } from '../../codegen/accumulation.ts';
import type { Profile } from './kernel-table.ts';

/** Accumulations shorter than this are not worth a second kernel. */
const SHORT = 256;

/** In how many parts an accumulation runs, so that the device is busy although the result is small. */
export function partsOf({ parallel }: Profile, { work, axes }: Kernel): number {
  if (work.kind === 'map') return 1;
  const length = size(extentsOf(work.kind === 'reduce' ? work.reduced : work.contracted));
  const perInvocation = work.kind === 'reduce' ? 1 : 32;
  const invocations = Math.ceil(size(extentsOf(axes)) / perInvocation);
  if (length < SHORT) return 1;
  return Math.max(1, Math.min(Math.floor(parallel / invocations), Math.floor(length / (SHORT / 4))));
}
