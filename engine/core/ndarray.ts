import type { DType } from './dtype.ts';
import { size, type Shape } from './shape.ts';

/** A dense array on the CPU in float64, row-major: what the reference interpreter computes with. */
export interface NdArray {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Float64Array;
}

export function ndarray(dtype: DType, shape: Shape, data?: ArrayLike<number>): NdArray {
  const length = size(shape);
  if (data && data.length !== length) {
    throw new RangeError(`An array of shape [${shape.join(', ')}] has ${length} elements, not ${data.length}.`);
  }
  return { dtype, shape, data: data ? Float64Array.from(data) : new Float64Array(length) };
}
