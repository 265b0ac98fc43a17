import { size } from '../../../core/shape.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { spread, writeStores } from '../../codegen/domain.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { emitterFor, writeModule } from './module.ts';

const WORKGROUP = 64;

/** Elementwise kernels: each invocation computes one element, or four neighbours as a vector. */
export function writeMap(kernel: Kernel): WrittenKernel {
  const shape = kernel.axes.map(({ extent }) => extent);
  const { invocations, index, substitution } = spread(kernel.axes, size(shape) % 4 === 0);
  const emitter = emitterFor(kernel);
  const workgroups = Math.ceil(invocations / WORKGROUP);
  emitter.line(`let t = group * ${WORKGROUP} + local;`);
  if (invocations % WORKGROUP !== 0) emitter.line(`if (t >= ${invocations}) { return; }`);
  emitter.bindAxis('t', 't');
  writeStores(emitter, kernel.stores, shape, index, substitution);
  return writeModule(emitter, { workgroups, workgroupSize: WORKGROUP });
}
