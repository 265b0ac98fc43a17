import type { PlanKernel } from '../../passes/plan.ts';
import { invalidError } from '../faults.ts';

/** Pipelines that are compiled at the same time. */
const PARALLEL = 4;
/** Pipelines that are kept; a large model has some hundred kernels. */
const KEPT = 2048;

/**
 * Compiled kernels of one device, by their code: whatever is loaded again (the next run of a model, one that goes on, its
 * diagnosis) is not compiled again. They go with their device.
 */
export class Pipelines {
  /** Kernels that were compiled, and those that were there already. */
  readonly counts = { compiled: 0, reused: 0 };
  private readonly gpu: GPUDevice;
  private readonly byCode = new Map<string, Promise<GPUComputePipeline>>();

  constructor(gpu: GPUDevice) {
    this.gpu = gpu;
  }

  /**
   * One pipeline per kernel. `onProgress` counts kernels, of those that must be compiled. Throws `KERNEL_INVALID` with the
   * graph nodes of a kernel that the device refuses.
   */
  async compile(
    kernels: readonly PlanKernel[],
    onProgress: (done: number, total: number) => void = () => {},
  ): Promise<GPUComputePipeline[]> {
    const fresh = kernels.filter(({ code }) => !this.byCode.has(code));
    this.counts.reused += kernels.length - fresh.length;
    const queue = fresh.values();
    let done = 0;
    onProgress(0, fresh.length);
    const worker = async (): Promise<void> => {
      for (const kernel of queue) {
        await this.pipeline(kernel);
        onProgress(++done, fresh.length);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    const pipelines = await Promise.all(kernels.map((kernel) => this.pipeline(kernel)));
    this.forgetOldest();
    return pipelines;
  }

  private pipeline(kernel: PlanKernel): Promise<GPUComputePipeline> {
    const known = this.byCode.get(kernel.code);
    if (known) return known;
    this.counts.compiled++;
    const pipeline = compileKernel(this.gpu, kernel);
    this.byCode.set(kernel.code, pipeline);
    pipeline.catch(() => this.byCode.delete(kernel.code));
    return pipeline;
  }

  private forgetOldest(): void {
    for (const code of [...this.byCode.keys()].slice(0, Math.max(0, this.byCode.size - KEPT)))
      this.byCode.delete(code);
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
