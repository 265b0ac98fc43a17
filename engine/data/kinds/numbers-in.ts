import type { TypedArray } from '../../core/dtype.ts';

const BRACKETS = /^[[({]|[\])}]$/g;
const BETWEEN = /[\s,;|]+/;
/** Numbers that the preview shows of many. */
const SHOWN = 6;

/** The numbers of a cell: of a text such as `0.1 0.2` or `[4, 5]`, or of lists within lists. Undefined where something else is among them. */
export function numbersOf(cell: unknown): TypedArray | undefined {
  const numbers = ArrayBuffer.isView(cell)
    ? (cell as TypedArray)
    : Float32Array.from(typeof cell === 'string' ? wordsIn(cell) : [cell].flat(Infinity), asNumber);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** The same, where they are `count`. */
export function numbersIn(cell: unknown, count: number): TypedArray | undefined {
  const numbers = numbersOf(cell);
  return numbers?.length === count ? numbers : undefined;
}

const wordsIn = (text: string): string[] => text.trim().replace(BRACKETS, '').trim().split(BETWEEN);

const asNumber = (value: unknown): number =>
  typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'number' ? value : NaN;

/** The first of many numbers, for people. */
export function firstNumbers(values: Float32Array): string {
  const start = Array.from(values.subarray(0, SHOWN), (value) => String(Number(value.toPrecision(4))));
  return `[${start.join(', ')}${values.length > SHOWN ? ', …' : ''}]`;
}
