import { BYTES, type TypedArray } from '../../core/dtype.ts';
import { size } from '../../core/shape.ts';
import type { Plan, PlanCopy, PlanDispatch, PlanProgram, PlanStep } from '../../passes/plan.ts';
import type { Session } from '../executor.ts';
import { named, tensorsOf, typedView, uploadTarget, type PlanTensor } from '../session.ts';
import type { Faults } from './faults.ts';
import { RowCopies, type BoundRowCopy } from './row-copies.ts';

interface BoundDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

interface BoundRepeat {
  readonly repeat: { readonly times: number; readonly steps: readonly BoundStep[] };
}

type BoundStep = BoundDispatch | PlanCopy | { readonly row: BoundRowCopy } | BoundRepeat;

/** A loaded plan on a WebGPU device. */
export class WebGpuSession implements Session {
  readonly allocatedBytes: number;
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;
  private readonly buffers: readonly GPUBuffer[];
  private readonly programs: ReadonlyMap<string, readonly BoundStep[]>;
  private readonly tensors: ReadonlyMap<string, PlanTensor>;
  private readonly bindGroups = new Map<string, GPUBindGroup>();
  private rowCopies: RowCopies | undefined;

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
    this.allocatedBytes = buffers.reduce((sum, { size: bytes }) => sum + bytes, 0);
    this.tensors = tensorsOf(plan);
    const bind = (program: PlanProgram): [string, BoundStep[]] => [
      program.name,
      program.steps.map((step) => this.bindStep(plan, step, pipelines)),
    ];
    this.programs = new Map(plan.programs.map(bind));
  }

  async upload(state: string, data: TypedArray, offset = 0): Promise<void> {
    this.faults.check();
    const tensor = uploadTarget(this.tensors, state, data, offset);
    // WebGPU writes whole words; only the end of a u8 tensor can need padding, which its buffer has.
    const padded = data.byteLength % 4 === 0 ? data : paddedToWords(data);
    const target = this.buffers[tensor.buffer];
    this.gpu.queue.writeBuffer(target, offset * BYTES[tensor.dtype], padded as GPUAllowSharedBufferSource);
  }

  async run(program: string, times: number): Promise<void> {
    this.faults.check();
    const steps = this.steps(program);
    const encoder = this.gpu.createCommandEncoder({ label: program });
    const passes = new Passes(encoder, this.buffers, program);
    for (let time = 0; time < times; time++) passes.encode(steps);
    passes.end();
    this.gpu.queue.submit([encoder.finish()]);
  }

  read(names: readonly string[]): Promise<Readonly<Record<string, TypedArray>>> {
    return this.faults.guard(async () => {
      let total = 0;
      const parts = names.map((name) => {
        const tensor = named(this.tensors, name, 'state or output');
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
      return Object.fromEntries(parts.map((part) => [part.name, typedView(copy, part.offset, part.tensor)]));
    });
  }

  idle(): Promise<void> {
    return this.faults.guard(async () => {
      await this.gpu.queue.onSubmittedWorkDone();
    });
  }

  async dispose(): Promise<void> {
    this.rowCopies?.dispose();
    await destroyBuffers(this.gpu, this.buffers);
  }

  private bindStep(
    plan: Plan,
    step: PlanStep,
    pipelines: readonly GPUComputePipeline[],
    rounds?: number,
  ): BoundStep {
    if ('copy' in step) return rounds === undefined ? step : { row: this.bindRow(step, rounds) };
    if (!('repeat' in step)) return this.bind(plan, step, pipelines);
    const { times, steps } = step.repeat;
    return { repeat: { times, steps: steps.map((inner) => this.bindStep(plan, inner, pipelines, times)) } };
  }

  private bindRow(copy: PlanCopy, rounds: number): BoundRowCopy {
    this.rowCopies ??= new RowCopies(this.gpu);
    return this.rowCopies.bind(copy, rounds, this.buffers);
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
    return { pipeline, bindGroup, workgroups: step.workgroups };
  }

  private steps(program: string): readonly BoundStep[] {
    return named(this.programs, program, 'program');
  }
}

/** Gives buffers back. Their memory is free for others only when a submit after that has run (so it is in Dawn). */
export async function destroyBuffers(gpu: GPUDevice, buffers: readonly GPUBuffer[]): Promise<void> {
  for (const buffer of buffers) buffer.destroy();
  gpu.queue.submit([]);
  // A device that is lost has nothing to give back, and its queue never answers.
  await Promise.race([gpu.lost, gpu.queue.onSubmittedWorkDone().catch(() => undefined)]);
}

/** Dispatches go into passes; a copy outside of repetitions ends one. */
class Passes {
  private readonly encoder: GPUCommandEncoder;
  private readonly buffers: readonly GPUBuffer[];
  private readonly label: string;
  private pass: GPUComputePassEncoder | undefined;

  constructor(encoder: GPUCommandEncoder, buffers: readonly GPUBuffer[], label: string) {
    this.encoder = encoder;
    this.buffers = buffers;
    this.label = label;
  }

  encode(steps: readonly BoundStep[], round = 0): void {
    for (const step of steps) {
      if ('repeat' in step) {
        for (let at = 0; at < step.repeat.times; at++) this.encode(step.repeat.steps, at);
      } else if ('copy' in step) this.copy(step);
      else if ('row' in step) {
        const { pipeline, bindGroup, workgroups, stride } = step.row;
        this.dispatch(pipeline, [workgroups, 1, 1], bindGroup, [round * stride]);
      } else this.dispatch(step.pipeline, step.workgroups, step.bindGroup);
    }
  }

  end(): void {
    this.pass?.end();
    this.pass = undefined;
  }

  private copy({ copy: { from, to, bytes } }: PlanCopy): void {
    this.end();
    this.encoder.copyBufferToBuffer(this.buffers[from], 0, this.buffers[to], 0, bytes);
  }

  private dispatch(
    pipeline: GPUComputePipeline,
    workgroups: readonly [number, number, number],
    bindGroup: GPUBindGroup,
    offsets: readonly number[] = [],
  ): void {
    this.pass ??= this.encoder.beginComputePass({ label: this.label });
    this.pass.setPipeline(pipeline);
    this.pass.setBindGroup(0, bindGroup, offsets);
    this.pass.dispatchWorkgroups(...workgroups);
  }
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

function paddedToWords(data: TypedArray): Uint8Array {
  const words = new Uint8Array(wholeWords(data.byteLength));
  words.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return words;
}
