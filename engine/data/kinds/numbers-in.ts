import type { TypedArray } from '../../core/dtype.ts';

/** The numbers of a typed array or of lists within lists; undefined where they are not `count` finite ones. */
export function numbersIn(cell: unknown, count: number): TypedArray | undefined {
  const numbers = ArrayBuffer.isView(cell)
    ? (cell as TypedArray)
    : Float32Array.from([cell].flat(Infinity), asNumber);
  return numbers.length === count && numbers.every(Number.isFinite) ? numbers : undefined;
}

const asNumber = (value: unknown): number =>
  typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'number' ? value : NaN;
