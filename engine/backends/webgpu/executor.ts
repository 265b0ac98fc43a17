import type { DeviceInfo } from '../../core/device.ts';
import type { Plan, PlanKernel } from '../../passes/plan.ts';
import type { Executor } from '../executor.ts';
import { invalidError, memoryError } from '../faults.ts';
import { checkBuffers } from '../session.ts';
import { Faults } from './faults.ts';
import { WebGpuSession } from './session.ts';

/** Pipelines that are compiled at the same time. */
const PARALLEL_COMPILES = 4;

/** Runs plans on a `GPUDevice`. Portable: uses WebGPU and nothing of Node, Electron or the page. */
export class WebGpuExecutor implements Executor {
  readonly device: DeviceInfo;
  readonly lost: Promise<string>;
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;

  constructor(gpu: GPUDevice, device: DeviceInfo) {
    this.gpu = gpu;
    this.device = device;
    this.faults = new Faults(gpu);
    this.lost = this.faults.lost;
  }

  load(plan: Plan, onProgress?: (done: number, total: number) => void): Promise<WebGpuSession> {
    return this.faults.guard(async () => {
      const buffers = await this.allocate(plan);
      try {
        const pipelines = await this.compile(plan.kernels, onProgress);
        return new WebGpuSession(this.gpu, this.faults, plan, buffers, pipelines);
      } catch (error) {
        for (const buffer of buffers) buffer.destroy();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.gpu.destroy();
    await this.lost;
  }

  private async allocate(plan: Plan): Promise<GPUBuffer[]> {
    checkBuffers(plan, this.device);
    this.gpu.pushErrorScope('out-of-memory');
    const buffers = plan.buffers.map(({ bytes, label }) =>
      this.gpu.createBuffer({
        label,
        size: bytes,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      }),
    );
    const error = await this.gpu.popErrorScope();
    if (!error) return buffers;
    for (const buffer of buffers) buffer.destroy();
    throw memoryError(plan.peakBytes, this.device.name);
  }

  private async compile(
    kernels: readonly PlanKernel[],
    onProgress: ((done: number, total: number) => void) | undefined,
  ): Promise<GPUComputePipeline[]> {
    const pipelines = new Array<GPUComputePipeline>(kernels.length);
    let next = 0;
    let done = 0;
    onProgress?.(0, kernels.length);
    const worker = async (): Promise<void> => {
      while (next < kernels.length) {
        const at = next++;
        pipelines[at] = await compileKernel(this.gpu, kernels[at]);
        onProgress?.(++done, kernels.length);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_COMPILES }, worker));
    return pipelines;
  }
}

async function compileKernel(gpu: GPUDevice, kernel: PlanKernel): Promise<GPUComputePipeline> {
  gpu.pushErrorScope('validation');
  const module = gpu.createShaderModule({ label: kernel.label, code: kernel.code });
  const scope = gpu.popErrorScope();
  const pipeline = gpu.createComputePipelineAsync({
    label: kernel.label,
    layout: 'auto',
    compute: { module },
  });
  // Both rejections are handled: the module's own message says more than the pipeline's.
  const [invalid, compiled] = await Promise.allSettled([scope, pipeline]);
  if (invalid.status === 'fulfilled' && invalid.value)
    throw invalidError(invalid.value.message, kernel.origins);
  if (compiled.status === 'rejected') throw invalidError(String(compiled.reason), kernel.origins);
  return compiled.value;
}
