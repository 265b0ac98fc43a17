/**
 * Element types of tensors.
 *
 * `bool` lives in buffers as one u32 per element. `u8` exists only as the storage type of resident
 * data (images): a program casts it before computing with it.
 */
export type DType = 'f32' | 'i32' | 'u32' | 'bool' | 'u8';

/** Bytes one element takes in a buffer. */
export const BYTES: Readonly<Record<DType, number>> = { f32: 4, i32: 4, u32: 4, bool: 4, u8: 1 };

export type TypedArray = Float32Array | Int32Array | Uint32Array | Uint8Array;

/** A zeroed typed array of `length` elements that has the buffer layout of `dtype`; in `room`, as it is, if that is large enough. */
export function allocate(dtype: DType, length: number, room?: ArrayBuffer): TypedArray {
  const bytes = length * BYTES[dtype];
  const buffer = room && room.byteLength >= bytes ? room : new ArrayBuffer(bytes);
  switch (dtype) {
    case 'f32':
      return new Float32Array(buffer, 0, length);
    case 'i32':
      return new Int32Array(buffer, 0, length);
    case 'u8':
      return new Uint8Array(buffer, 0, length);
    default:
      return new Uint32Array(buffer, 0, length);
  }
}
