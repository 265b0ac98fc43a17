import type { Kernel } from '../../../kernel/kernel.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { writeStores } from '../../codegen/domain.ts';
import { workOf, writeDomain } from './kernel-function.ts';
import { rowsOf, substitutionOf } from './rows.ts';
import { WatEmitter } from './wat-emitter.ts';

/** Elementwise kernels: four neighbours at a time. */
export function writeMap(kernel: Kernel): WrittenKernel {
  const { axes, stores } = kernel;
  const shape = axes.map(({ extent }) => extent);
  const emitter = WatEmitter.for(kernel);
  const rows = rowsOf(
    axes,
    stores.map(({ element }) => element),
    kernel.sources,
  );
  return writeDomain(emitter, rows, [1], workOf(kernel), ([index]) =>
    writeStores(emitter, stores, shape, index, substitutionOf(axes, index)),
  );
}
