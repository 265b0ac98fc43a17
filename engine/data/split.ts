import { SPLITS, type Split } from '../core/dataset.ts';
import { permutation, streamOf } from '../core/random.ts';
import type { SplitChoice } from '../core/import.ts';

/** Each row's part as an index into SPLITS. */
export type Assignment = Uint8Array;

const [TRAIN, VALIDATION, TEST] = SPLITS.map((_, index) => index);

/**
 * Divides rows by a seeded shuffle; with `classes`, class by class, so that proportions stay equal. Rows whose source names
 * their part keep it: where there is a given test (or validation) part, nothing is taken from the others for it.
 */
export function assignSplits(
  rows: number,
  choice: SplitChoice,
  given: readonly (Split | null)[] | null,
  classes: Int32Array | null,
): Assignment {
  const assignment = new Uint8Array(rows).fill(TRAIN);
  const named = new Set(given ?? []);
  const fractions = {
    validation: named.has('validation') ? 0 : choice.validation,
    test: named.has('test') ? 0 : choice.test,
  };
  const free: number[] = [];
  for (let row = 0; row < rows; row++) {
    const part = given?.[row] ?? null;
    if (part === 'validation' || part === 'test') assignment[row] = SPLITS.indexOf(part);
    else free.push(row);
  }
  for (const group of groupsOf(free, choice.stratify ? classes : null)) {
    divide(group, fractions, choice.seed, assignment);
  }
  return assignment;
}

function groupsOf(rows: readonly number[], classes: Int32Array | null): number[][] {
  if (!classes) return [[...rows]];
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const group = groups.get(classes[row]);
    if (group) group.push(row);
    else groups.set(classes[row], [row]);
  }
  return [...groups.entries()].sort((a, b) => a[0] - b[0]).map(([, group]) => group);
}

function divide(
  rows: readonly number[],
  { validation, test }: { readonly validation: number; readonly test: number },
  seed: number,
  assignment: Assignment,
): void {
  const order = permutation(rows.length, seed, streamOf('split'), rows.length);
  const tests = Math.round(rows.length * test);
  const validations = Math.min(Math.round(rows.length * validation), rows.length - tests);
  for (let at = 0; at < tests; at++) assignment[rows[order[at]]] = TEST;
  for (let at = tests; at < tests + validations; at++) assignment[rows[order[at]]] = VALIDATION;
}
