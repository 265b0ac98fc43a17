import { copyOffset, type PlanCopy } from '../../passes/plan.ts';

/** Where each round of a copy writes is a uniform of its own, at a distance that every adapter allows (WebGPU, §3.6.2). */
const SLOT_BYTES = 256;
const WORKGROUP = 64;
/** Most workgroups that WebGPU allows along one axis of a dispatch; longer rows go round. */
const MOST_WORKGROUPS = 65535;

const CODE = `
@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<u32>;
// First word that is written, number of words, invocations.
@group(0) @binding(2) var<uniform> row: vec4<u32>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  for (var word = invocation.x; word < row.y; word += row.z) { result[row.x + word] = source[word]; }
}
`;

/** A copy whose place changes from round to round. */
export interface BoundRowCopy {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: number;
  /** Bytes from one round's uniform to the next one's. */
  readonly stride: number;
}

/**
 * Copies of a recurrence's rows by a kernel: a copy command between two dispatches would end the compute pass, and begin
 * another one, at every step.
 */
export class RowCopies {
  private readonly gpu: GPUDevice;
  private readonly layout: GPUBindGroupLayout;
  private readonly pipeline: GPUComputePipeline;
  private readonly uniforms: GPUBuffer[] = [];

  constructor(gpu: GPUDevice) {
    this.gpu = gpu;
    const visibility = GPUShaderStage.COMPUTE;
    this.layout = gpu.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, buffer: { type: 'read-only-storage' } },
        { binding: 1, visibility, buffer: { type: 'storage' } },
        { binding: 2, visibility, buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: 16 } },
      ],
    });
    this.pipeline = gpu.createComputePipeline({
      label: 'copy of a row',
      layout: gpu.createPipelineLayout({ bindGroupLayouts: [this.layout] }),
      compute: { module: gpu.createShaderModule({ label: 'copy of a row', code: CODE }) },
    });
  }

  bind(copy: PlanCopy, rounds: number, buffers: readonly GPUBuffer[]): BoundRowCopy {
    const { from, to, bytes } = copy.copy;
    const words = bytes / 4;
    const workgroups = Math.min(MOST_WORKGROUPS, Math.ceil(words / WORKGROUP));
    const places = new Uint32Array((rounds * SLOT_BYTES) / 4);
    for (let round = 0; round < rounds; round++) {
      const place = [copyOffset(copy, round) / 4, words, workgroups * WORKGROUP];
      places.set(place, (round * SLOT_BYTES) / 4);
    }
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const uniform = this.gpu.createBuffer({ label: 'rows', size: places.byteLength, usage });
    this.gpu.queue.writeBuffer(uniform, 0, places);
    this.uniforms.push(uniform);
    const bindGroup = this.gpu.createBindGroup({
      label: 'copy of a row',
      layout: this.layout,
      entries: [
        { binding: 0, resource: { buffer: buffers[from] } },
        { binding: 1, resource: { buffer: buffers[to] } },
        { binding: 2, resource: { buffer: uniform, size: 16 } },
      ],
    });
    return { pipeline: this.pipeline, bindGroup, workgroups, stride: SLOT_BYTES };
  }

  dispose(): void {
    for (const uniform of this.uniforms) uniform.destroy();
  }
}
