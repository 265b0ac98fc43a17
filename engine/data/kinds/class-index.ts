const known = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** Indices of the classes of a column by their names. */
export function classIndex(classes: readonly string[]): ReadonlyMap<string, number> {
  let indices = known.get(classes);
  if (!indices) known.set(classes, (indices = new Map(classes.map((name, index) => [name, index]))));
  return indices;
}
