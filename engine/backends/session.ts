import type { DeviceInfo } from '../core/device.ts';
import { BYTES, type DType, type TypedArray } from '../core/dtype.ts';
import { StrataError } from '../core/errors.ts';
import { size, type Shape } from '../core/shape.ts';
import type { Plan } from '../passes/plan.ts';
import { memoryError } from './faults.ts';

/** What the sessions of all executors share: the plan's tensors by name, and values on their way in and out. */

/** A state or an output, and the number of the buffer that holds it. */
export interface PlanTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly buffer: number;
}

export function tensorsOf({ programs, states }: Plan): ReadonlyMap<string, PlanTensor> {
  return new Map(
    [...programs.flatMap(({ outputs }) => outputs), ...states].map((tensor) => [tensor.name, tensor]),
  );
}

/** Throws `DEVICE_MEMORY` where a plan has a buffer that no memory is large enough for. */
export function checkBuffers({ buffers }: Plan, { maxBufferBytes }: DeviceInfo): void {
  const tooLarge = buffers.find(({ bytes }) => bytes > maxBufferBytes);
  if (tooLarge) throw memoryError(tooLarge.bytes, tooLarge.label, maxBufferBytes);
}

/** What a plan calls by this name. Throws `PLAN_NAME`. */
export function named<T>(
  entries: ReadonlyMap<string, T>,
  name: string,
  kind: 'program' | 'state or output',
): T {
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  throw new StrataError({
    code: 'PLAN_NAME',
    message: `The loaded plan has no ${kind} called "${name}".`,
    expected: [...entries.keys()].join(', '),
  });
}

/** The tensor that values are uploaded to. Throws `PLAN_NAME`, or `UPLOAD_MISMATCH` where they do not fit. */
export function uploadTarget(
  tensors: ReadonlyMap<string, PlanTensor>,
  state: string,
  data: TypedArray,
  offset: number,
): PlanTensor {
  const tensor = named(tensors, state, 'state or output');
  const length = size(tensor.shape);
  if (offset + data.length <= length && BYTES[tensor.dtype] === data.BYTES_PER_ELEMENT) return tensor;
  throw new StrataError({
    code: 'UPLOAD_MISMATCH',
    message: `The values for "${state}" do not fit its buffer.`,
    got: `${data.length} × ${data.BYTES_PER_ELEMENT} bytes from element ${offset}`,
    expected: `at most ${length} × ${BYTES[tensor.dtype]} bytes`,
  });
}

/** Bytes that were read back, as numbers. */
export function typedView(bytes: ArrayBuffer, offset: number, { dtype, shape }: PlanTensor): TypedArray {
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
