import { BYTES, type DType, type TypedArray } from '../../core/dtype.ts';
import { StrataError } from '../../core/errors.ts';
import { size, type Shape } from '../../core/shape.ts';
import type { Plan, PlanCopy, PlanDispatch, PlanProgram } from '../../passes/plan.ts';
import type { Session } from '../executor.ts';
import type { Faults } from './faults.ts';

interface Tensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly buffer: number;
}

interface BoundDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
  readonly label: string;
}

type BoundStep = BoundDispatch | PlanCopy;

/** A loaded plan on a WebGPU device. */
export class WebGpuSession implements Session {
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;
  private readonly buffers: readonly GPUBuffer[];
  private readonly programs: ReadonlyMap<string, readonly BoundStep[]>;
  private readonly tensors = new Map<string, Tensor>();
  private readonly bindGroups = new Map<string, GPUBindGroup>();

  constructor(
    gpu: GPUDevice,
    faults: Faults,
    plan: Plan,
    buffers: readonly GPUBuffer[],
    pipelines: readonly GPUComputePipeline[],
  ) {
    this.gpu = gpu;
    this.faults = faults;
    this.buffers = buffers;
    for (const program of plan.programs)
      for (const output of program.outputs) this.tensors.set(output.name, output);
    for (const state of plan.states) this.tensors.set(state.name, state);
    const bind = (program: PlanProgram): [string, BoundStep[]] => [
      program.name,
      program.steps.map((step) => ('copy' in step ? step : this.bind(plan, step, pipelines))),
    ];
    this.programs = new Map(plan.programs.map(bind));
  }

  async upload(state: string, data: TypedArray, offset = 0): Promise<void> {
    this.faults.check();
    const tensor = this.tensor(state);
    const length = size(tensor.shape);
    if (offset + data.length > length || BYTES[tensor.dtype] !== data.BYTES_PER_ELEMENT) {
      throw new StrataError({
        code: 'UPLOAD_MISMATCH',
        message: `The values for "${state}" do not fit its buffer.`,
        got: `${data.length} × ${data.BYTES_PER_ELEMENT} bytes from element ${offset}`,
        expected: `at most ${length} × ${BYTES[tensor.dtype]} bytes`,
      });
    }
    // WebGPU writes whole words; only the end of a u8 tensor can need padding, which its buffer has.
    const padded = data.byteLength % 4 === 0 ? data : paddedToWords(data);
    const target = this.buffers[tensor.buffer];
    this.gpu.queue.writeBuffer(target, offset * BYTES[tensor.dtype], padded as GPUAllowSharedBufferSource);
  }

  async run(program: string, times: number): Promise<void> {
    this.faults.check();
    const steps = this.steps(program);
    const encoder = this.gpu.createCommandEncoder({ label: program });
    let pass: GPUComputePassEncoder | undefined;
    for (let time = 0; time < times; time++) {
      for (const step of steps) {
        if ('copy' in step) {
          pass?.end();
          pass = undefined;
          this.encodeCopy(encoder, step);
        } else {
          pass ??= encoder.beginComputePass({ label: program });
          encodeDispatch(pass, step);
        }
      }
    }
    pass?.end();
    this.gpu.queue.submit([encoder.finish()]);
  }

  read(names: readonly string[]): Promise<Readonly<Record<string, TypedArray>>> {
    return this.faults.guard(async () => {
      let total = 0;
      const parts = names.map((name) => {
        const tensor = this.tensor(name);
        const bytes = wholeWords(size(tensor.shape) * BYTES[tensor.dtype]);
        const part = { name, tensor, bytes, offset: total };
        total += bytes;
        return part;
      });
      const staging = this.gpu.createBuffer({
        label: 'read-back',
        size: total,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      const encoder = this.gpu.createCommandEncoder({ label: 'read-back' });
      for (const { tensor, offset, bytes } of parts) {
        encoder.copyBufferToBuffer(this.buffers[tensor.buffer], 0, staging, offset, bytes);
      }
      this.gpu.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const copy = staging.getMappedRange().slice(0);
      staging.destroy();
      return Object.fromEntries(parts.map((part) => [part.name, view(copy, part.offset, part.tensor)]));
    });
  }

  idle(): Promise<void> {
    return this.faults.guard(async () => {
      await this.gpu.queue.onSubmittedWorkDone();
    });
  }

  async dispose(): Promise<void> {
    for (const buffer of this.buffers) buffer.destroy();
  }

  /**
   * Runs a program once with every dispatch in a pass of its own and measures each, in nanoseconds. Needs
   * the feature `timestamp-query`; a development tool, so it is no part of the executor's contract.
   */
  profile(program: string): Promise<readonly { readonly label: string; readonly nanoseconds: number }[]> {
    return this.faults.guard(async () => {
      const steps = this.steps(program);
      const dispatches = steps.filter((step): step is BoundDispatch => !('copy' in step));
      const querySet = this.gpu.createQuerySet({ type: 'timestamp', count: 2 * dispatches.length });
      const bytes = 16 * dispatches.length;
      const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
      const resolved = this.gpu.createBuffer({ size: bytes, usage: QUERY_RESOLVE | COPY_SRC });
      const staging = this.gpu.createBuffer({ size: bytes, usage: COPY_DST | MAP_READ });
      const encoder = this.gpu.createCommandEncoder({ label: `${program} (profile)` });
      let at = 0;
      for (const step of steps) {
        if ('copy' in step) {
          this.encodeCopy(encoder, step);
          continue;
        }
        const timestampWrites = { querySet, beginningOfPassWriteIndex: at++, endOfPassWriteIndex: at++ };
        const pass = encoder.beginComputePass({ timestampWrites });
        encodeDispatch(pass, step);
        pass.end();
      }
      encoder.resolveQuerySet(querySet, 0, at, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, bytes);
      this.gpu.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const times = new BigUint64Array(staging.getMappedRange().slice(0));
      for (const resource of [querySet, resolved, staging]) resource.destroy();
      return dispatches.map(({ label }, index) => ({
        label,
        nanoseconds: Number(times[2 * index + 1] - times[2 * index]),
      }));
    });
  }

  private bind(plan: Plan, step: PlanDispatch, pipelines: readonly GPUComputePipeline[]): BoundDispatch {
    const pipeline = pipelines[step.kernel];
    const { label } = plan.kernels[step.kernel];
    const key = `${step.kernel}:${step.buffers.join(',')}`;
    let bindGroup = this.bindGroups.get(key);
    if (!bindGroup) {
      bindGroup = this.gpu.createBindGroup({
        label,
        layout: pipeline.getBindGroupLayout(0),
        entries: step.buffers.map((buffer, binding) => ({
          binding,
          resource: { buffer: this.buffers[buffer] },
        })),
      });
      this.bindGroups.set(key, bindGroup);
    }
    return { pipeline, bindGroup, workgroups: step.workgroups, label };
  }

  private encodeCopy(encoder: GPUCommandEncoder, { copy }: PlanCopy): void {
    encoder.copyBufferToBuffer(this.buffers[copy.from], 0, this.buffers[copy.to], 0, copy.bytes);
  }

  private steps(program: string): readonly BoundStep[] {
    return known(this.programs, program, 'program');
  }

  private tensor(name: string): Tensor {
    return known(this.tensors, name, 'state or output');
  }
}

function encodeDispatch(pass: GPUComputePassEncoder, step: BoundDispatch): void {
  pass.setPipeline(step.pipeline);
  pass.setBindGroup(0, step.bindGroup);
  pass.dispatchWorkgroups(...step.workgroups);
}

function known<T>(entries: ReadonlyMap<string, T>, name: string, kind: string): T {
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  throw new StrataError({
    code: 'PLAN_NAME',
    message: `The loaded plan has no ${kind} called "${name}".`,
    expected: [...entries.keys()].join(', '),
  });
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

function paddedToWords(data: TypedArray): Uint8Array {
  const words = new Uint8Array(wholeWords(data.byteLength));
  words.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return words;
}

function view(bytes: ArrayBuffer, offset: number, { dtype, shape }: Tensor): TypedArray {
  const length = size(shape);
  switch (dtype) {
    case 'f32':
      return new Float32Array(bytes, offset, length);
    case 'i32':
      return new Int32Array(bytes, offset, length);
    case 'u8':
      return new Uint8Array(bytes, offset, length);
    default:
      return new Uint32Array(bytes, offset, length);
  }
}
