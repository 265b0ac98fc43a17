import type { TensorType } from '../../../core/tensor.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import { Bindings } from './bindings.ts';
import { WgslEmitter } from './wgsl-emitter.ts';
import { helpersFor } from './intrinsics.ts';
import { indent } from '../../codegen/scope.ts';

/** Most workgroups that WebGPU allows along one axis of a dispatch. */
const MAX_WORKGROUPS = 65535;

export interface Grid {
  readonly workgroups: number;
  readonly workgroupSize: number;
  /** The kernel shares registers between the four invocations of a subgroup, numbered `share`. */
  readonly subgroups?: boolean;
  /** Declarations of workgroup memory. */
  readonly shared?: readonly string[];
}

/** An emitter for one kernel: it knows the kernel's sources, results and shared buffers. */
export function emitterFor(kernel: Kernel): WgslEmitter {
  const written = new Map<number, TensorType>(kernel.stores.map(({ value, type }) => [value, type]));
  const shared = new Map<number, number>();
  for (const { value, overwrites } of kernel.stores)
    if (overwrites !== undefined) shared.set(overwrites, value);
  return new WgslEmitter(new Bindings(written, shared), new Map([...kernel.sources, ...written]));
}

/**
 * The whole module around what `emitter` has written. The code sees `group`, the number of the workgroup, and
 * `local`, the invocation's number in it. Workgroups beyond 65,535 go along the second axis.
 */
export function writeModule(emitter: WgslEmitter, grid: Grid): WrittenKernel {
  const across = Math.min(grid.workgroups, MAX_WORKGROUPS);
  const down = Math.ceil(grid.workgroups / across);
  const body = emitter.scope.lines;
  const group = down === 1 ? 'i32(workgroup.x)' : `i32(workgroup.x + workgroup.y * ${across}u)`;
  const parameters = [
    '@builtin(workgroup_id) workgroup: vec3<u32>',
    '@builtin(local_invocation_index) invocation: u32',
  ];
  if (grid.subgroups) parameters.push('@builtin(subgroup_invocation_id) lane: u32');
  const lines = [
    ...(grid.subgroups ? ['enable subgroups;'] : []),
    ...emitter.bindings.declarations(),
    ...(grid.shared ?? []),
    ...helpersFor(body),
    `@compute @workgroup_size(${grid.workgroupSize})`,
    `fn main(${parameters.join(', ')}) {`,
    ...indent([
      `let group = ${group};`,
      'let local = i32(invocation);',
      ...(grid.subgroups ? ['let share = i32(lane);'] : []),
      ...(across * down > grid.workgroups ? [`if (group >= ${grid.workgroups}) { return; }`] : []),
      ...body,
    ]),
    '}',
  ];
  return {
    code: lines.join('\n') + '\n',
    sources: emitter.bindings.sources,
    workgroups: [across, down, 1],
  };
}
