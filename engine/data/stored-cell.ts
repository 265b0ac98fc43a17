import type { Column } from '../core/dataset.ts';
import { allocate, type TypedArray } from '../core/dtype.ts';
import { size } from '../core/shape.ts';
import { kindOf } from './kinds/catalogue.ts';

export const isAbsent = (cell: unknown): boolean => cell === null || cell === '';

/**
 * A cell as the data set would have stored it, one that is missing by what its column fills in. Undefined where it does not fit, and for
 * missing targets, which teach nothing.
 */
export function storedCell(column: Column, cell: unknown): number | TypedArray | undefined {
  const { filler, role } = column;
  if (isAbsent(cell) && filler && role !== 'target') return filled(column, filler);
  return cell === undefined || cell === null ? undefined : kindOf(column.kind).store(cell, column);
}

function filled({ dtype, shape }: Column, filler: readonly number[]): number | TypedArray {
  if (shape.length === 0) return filler[0];
  const stored = allocate(dtype, size(shape));
  if (filler.length === 1) stored.fill(filler[0]);
  else stored.set(filler);
  return stored;
}

/** What a cell must be to fit a column, in words. */
export function expectedCell({ kind, shape, classes }: Column): string {
  const { fixed, title } = kindOf(kind);
  if (fixed) return `${size(shape)} numbers`;
  return classes && shape.length === 0
    ? `one of ${classes.slice(0, 20).join(', ')}`
    : `a ${title.toLowerCase()}`;
}
