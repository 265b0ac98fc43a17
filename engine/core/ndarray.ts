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
    throw new RangeError(
      `An array of shape [${shape.join(', ')}] has ${length} elements, not ${data.length}.`,
    );
  }
  return { dtype, shape, data: data ? Float64Array.from(data) : new Float64Array(length) };
}

/** Row-major position of an index. */
export function position(shape: Shape, index: readonly number[]): number {
  return index.reduce((flat, at, axis) => flat * shape[axis] + at, 0);
}

/** The array whose element at each index is `element(index)`. */
export function generate(dtype: DType, shape: Shape, element: (index: readonly number[]) => number): NdArray {
  const result = ndarray(dtype, shape);
  const index = shape.map(() => 0);
  for (let at = 0; at < result.data.length; at++) {
    result.data[at] = element(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return result;
}

/** The element of `array` at an index. */
export function elementAt(array: NdArray, index: readonly number[]): number {
  return array.data[position(array.shape, index)];
}
