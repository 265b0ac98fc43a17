import type { DeviceInfo } from '../../core/device.ts';
import type { Plan } from '../../passes/plan.ts';
import type { Executor } from '../executor.ts';
import { invalidError, memoryError } from '../faults.ts';
import { checkBuffers } from '../session.ts';
import { Faults } from './faults.ts';
import { Pipelines } from './pipelines.ts';
import { destroyBuffers, WebGpuSession } from './session.ts';

/** Runs plans on a `GPUDevice`. Portable: uses WebGPU and nothing of Node, Electron or the page. */
export class WebGpuExecutor implements Executor {
  readonly device: DeviceInfo;
  readonly lost: Promise<string>;
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;
  private readonly pipelines: Pipelines;

  constructor(gpu: GPUDevice, device: DeviceInfo) {
    this.gpu = gpu;
    this.device = device;
    this.faults = new Faults(gpu);
    this.lost = this.faults.lost;
    this.pipelines = new Pipelines(gpu);
  }

  load(plan: Plan, onProgress?: (done: number, total: number) => void): Promise<WebGpuSession> {
    return this.faults.guard(async () => {
      const buffers = await this.allocate(plan);
      try {
        const pipelines = await this.pipelines.compile(plan.kernels, onProgress);
        return await this.bind(plan, buffers, pipelines);
      } catch (error) {
        await destroyBuffers(this.gpu, buffers);
        throw error;
      }
    });
  }

  /** Kernels compiled on this device so far, and kernels of loaded plans that had been compiled before. */
  get compilations(): { readonly compiled: number; readonly reused: number } {
    return this.pipelines.counts;
  }

  async close(): Promise<void> {
    this.gpu.destroy();
    await this.lost;
  }

  private async bind(
    plan: Plan,
    buffers: readonly GPUBuffer[],
    pipelines: readonly GPUComputePipeline[],
  ): Promise<WebGpuSession> {
    this.gpu.pushErrorScope('validation');
    const session = new WebGpuSession(this.gpu, this.faults, plan, buffers, pipelines);
    const error = await this.gpu.popErrorScope();
    if (!error) return session;
    // The message names the kernel.
    const named = plan.kernels.filter(({ label }) => error.message.includes(label));
    throw invalidError(error.message, [...new Set(named.flatMap(({ origins }) => origins))]);
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
    await destroyBuffers(this.gpu, buffers);
    throw memoryError(plan.peakBytes, this.device.name);
  }
}
