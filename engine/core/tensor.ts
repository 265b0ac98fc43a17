import type { DType } from './dtype.ts';
import { formatShape, type Shape } from './shape.ts';

/** Element type and static shape of a tensor. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** `f32[32 × 10]` */
export function formatType(type: TensorType): string {
  return type.shape.length === 0 ? type.dtype : `${type.dtype}[${formatShape(type.shape)}]`;
}
