/** Static shape: every extent is known. Used from the program (IR) on. */
export type Shape = readonly number[];

/** Extent that is a number, or a symbol such as `batch` that is bound when a graph is compiled. */
export type Dim = number | string;

/** Shape that may hold symbols. Used by graphs, whose batch size is not known. */
export type SymbolicShape = readonly Dim[];

/** The symbol of the leading axis of every tensor that flows through a graph. */
export const BATCH = 'batch';

/** Number of elements of a static shape; 1 for a scalar. */
export function size(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Row-major strides in elements, e.g. `[2, 3, 4] → [12, 4, 1]`. */
export function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = stride;
    stride *= shape[axis];
  }
  return result;
}

export function sameShape(a: SymbolicShape, b: SymbolicShape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** `batch × 28 × 28 × 1`, the way shapes are shown to people. */
export function formatShape(shape: SymbolicShape): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ');
}

/** Replaces symbols by numbers; leaves a symbol that has no binding out of the result's type by throwing. */
export function bindShape(shape: SymbolicShape, bindings: Readonly<Record<string, number>>): number[] {
  return shape.map((extent) => {
    if (typeof extent === 'number') return extent;
    const bound = bindings[extent];
    if (bound === undefined) throw new RangeError(`Symbolic extent "${extent}" has no binding.`);
    return bound;
  });
}
