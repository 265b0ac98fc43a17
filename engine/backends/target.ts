import type { DeviceInfo } from '../core/device.ts';
import type { Target } from '../passes/target.ts';
import { cpuTarget } from './cpu/target.ts';
import { webgpuTarget } from './webgpu/target.ts';

/** Compiles for a device: kernels in the language that its executor runs. */
export const targetOf = (device: DeviceInfo): Target =>
  device.backend === 'wasm' ? cpuTarget(device) : webgpuTarget(device);
