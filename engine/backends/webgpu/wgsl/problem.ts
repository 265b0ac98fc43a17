import { size } from '../../../core/shape.ts';
import type { Axis, Kernel } from '../../../kernel/kernel.ts';
import { extentsOf } from '../../codegen/accumulation.ts';
import type { Problem } from './kernel-table.ts';
import type { Contract } from './product.ts';

const axesOf = ({ axes }: Kernel, { roles }: Contract, role: Contract['roles'][number]): Axis[] =>
  axes.filter((_, at) => roles[at] === role);

/** What the cost of a tile depends on. */
export function problemOf(kernel: Kernel, work: Contract): Problem {
  const extentOf = (role: Contract['roles'][number]): number => size(extentsOf(axesOf(kernel, work, role)));
  return {
    rows: extentOf('row'),
    columns: extentOf('column'),
    depth: size(extentsOf(work.contracted)),
    batches: extentOf('batch'),
  };
}

/**
 * A problem in words, e.g. `32·26·26 × 64, sum of 3·3·32`: rows × columns and what is summed over, axis by axis, which tells
 * convolutions from other products of the same size. Many at once are so many `of` it.
 */
export function nameOfProblem(kernel: Kernel, work: Contract): string {
  const words = (axes: readonly Axis[]): string => extentsOf(axes).join('·') || '1';
  const batch = axesOf(kernel, work, 'batch');
  const [rows, columns] = [axesOf(kernel, work, 'row'), axesOf(kernel, work, 'column')];
  const many = batch.length > 0 ? `${words(batch)} of ` : '';
  return `${many}${words(rows)} × ${words(columns)}, sum of ${words(work.contracted)}`;
}
