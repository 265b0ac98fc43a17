import { axis } from '../../../kernel/arithmetic.ts';
import type { Expression } from '../../../kernel/expression.ts';
import { operationsOf } from '../../../kernel/inspect.ts';
import type { Axis, Kernel } from '../../../kernel/kernel.ts';
import type { WrittenKernel } from '../../../passes/target.ts';
import type { Width } from '../../codegen/emitter.ts';
import { placesOf, segmentsOf, whole, type Rows, type Segment } from './rows.ts';
import { get, int, set, type WatEmitter } from './wat-emitter.ts';

/** Work of one piece that a thread takes, in operations: some ten microseconds, many times what handing it over costs. */
const PIECE = 60_000;

export interface Units {
  readonly count: number;
  /** Operations of one. */
  readonly work: number;
  /** Bytes of a thread's own memory. */
  readonly scratch?: number;
}

/**
 * Writes a function around a loop over units of work. Its parameters are the pieces to do, from one to before another,
 * the thread's own memory, and the buffers. `unit` gets the unit's axis and the first unit of this call;
 * `rest` is done by whoever has the last piece.
 */
export function writeFunction(
  emitter: WatEmitter,
  { count, work, scratch = 0 }: Units,
  unit: (unit: Axis, first: string) => void,
  rest?: () => void,
): WrittenKernel {
  const perPiece = Math.min(count, Math.max(1, Math.floor(PIECE / work)));
  const pieces = Math.ceil(count / perPiece);
  const [first, last] = [emitter.local('first', 'i32'), emitter.local('last', 'i32')];
  const end = `(i32.mul ${get('to')} ${int(perPiece)})`;
  emitter.line(set(first, `(i32.mul ${get('from')} ${int(perPiece)})`));
  emitter.line(set(last, `(select ${int(count)} ${end} (i32.gt_s ${end} ${int(count)}))`));
  emitter.range('unit', get(first), get(last), () => unit(axis('unit', count), get(first)));
  if (rest) emitter.when(`(i32.eq ${get('to')} ${int(pieces)})`, rest);
  const head = ['(param $from i32) (param $to i32) (param $scratch i32)', ...emitter.declarations];
  return {
    code: [...head, ...emitter.scope.lines].join('\n'),
    sources: emitter.sources,
    workgroups: [pieces, 1, 1],
    memory: { scratch, reach: emitter.reach },
  };
}

/**
 * Writes a function over a domain. `sizes`: how many quads may go at once, or none for element by element; `element` gets the indices
 * that go at once. Rows are units; a single row is cut into its steps.
 */
export function writeDomain(
  emitter: WatEmitter,
  rows: Rows,
  sizes: readonly number[],
  work: number,
  elements: (indices: readonly (readonly Expression[])[], lanes: Width) => void,
): WrittenKernel {
  const [most, ...others] = segmentsOf(rows.length, sizes);
  const at = (segment: Segment, row: Expression, step: Expression): void => {
    const indices = placesOf(segment, step).map((place) => rows.index(row, place));
    elements(indices, segment.quads === 0 ? 1 : 4);
  };
  const all = (segments: readonly Segment[], row: Expression): void => {
    for (const segment of segments) {
      const step = axis('step', segment.count);
      emitter.loop(step, () => at(segment, row, step));
    }
  };
  if (rows.count > 1) {
    const units = { count: rows.count, work: work * rows.length };
    return writeFunction(emitter, units, (row) => all([most, ...others], row));
  }
  const units = { count: most.count, work: work * Math.max(1, 4 * most.quads) };
  return writeFunction(
    emitter,
    units,
    (step) => at(most, whole(0), step),
    others.length > 0 ? () => all(others, whole(0)) : undefined,
  );
}

/** Operations of a kernel for each element of its domain, apart from accumulation. */
export const workOf = ({ stores }: Kernel): number =>
  stores.reduce((sum, { element }) => sum + 1 + operationsOf(element) / 4, 0);
