import { columnNamed } from '../../core/binding.ts';
import type { RowFilter, Shown } from '../../core/browse.ts';
import type { Column, Split } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { size } from '../../core/shape.ts';
import type { ImportContext } from '../context.ts';
import { kindOf } from '../kinds/catalogue.ts';
import { chunksOf, masksOf } from './batches.ts';
import { showTensor } from './show-tensor.ts';
import type { Snapshot } from './snapshot.ts';
import { eachRange, markedRows, stepsOf, type Step } from './steps.ts';

/** The rows of a part that pass all filters, in the order in which they are stored. Throws `DATA_COLUMN_UNKNOWN` or `CANCELLED`. */
export async function passingRows(
  snapshot: Snapshot,
  split: Split,
  filters: readonly RowFilter[],
  context: ImportContext,
): Promise<Uint32Array> {
  const passing = new Uint8Array(snapshot.schema.rows[split]).fill(1);
  const step = stepsOf(passing.length * (filters.length + 1), context);
  for (const filter of filters) await narrow(passing, snapshot, split, filter, step, context.signal);
  return markedRows(passing, step);
}

/** Takes those out of `passing` that do not pass. */
async function narrow(
  passing: Uint8Array,
  snapshot: Snapshot,
  split: Split,
  filter: RowFilter,
  step: Step,
  signal: AbortSignal,
): Promise<void> {
  const column = columnNamed(snapshot.schema, filter.column);
  const marks = 'missing' in filter;
  const passes = test(column, filter);
  const width = marks ? 1 : size(column.shape);
  let first = 0;
  for await (const values of (marks ? masksOf : chunksOf)(snapshot, split, column, signal)) {
    await eachRange(values.length / width, step, async (from, to) => {
      for (let row = from; row < to; row++) {
        if (passing[first + row] === 0) continue;
        const answer = passes(values, row * width);
        if (!(typeof answer === 'boolean' ? answer : await answer)) passing[first + row] = 0;
      }
    });
    first += values.length / width;
  }
}

/** Whether the row whose values begin at `start` passes. */
type Test = (values: TypedArray, start: number) => boolean | Promise<boolean>;

function test(column: Column, filter: RowFilter): Test {
  if ('missing' in filter) {
    const wanted = Number(filter.missing);
    return (marks, row) => marks[row] === wanted;
  }
  if ('is' in filter) {
    const index = column.classes?.indexOf(filter.is);
    return (values, start) => values[start] === index;
  }
  if ('contains' in filter) return contains(column, filter.contains.toLowerCase());
  const { least = -Infinity, most = Infinity } = filter;
  return (values, start) => values[start] >= least && values[start] <= most;
}

function contains(column: Column, wanted: string): Test {
  const width = size(column.shape);
  const found = (shown: Shown): boolean => textOf(shown).toLowerCase().includes(wanted);
  return (values, start) => {
    const shown = readStored(values.subarray(start, start + width), column, 1);
    return shown instanceof Promise ? shown.then(found) : found(shown);
  };
}

/** A stored value as people see it. */
export const readStored = (stored: TypedArray, column: Column, limit: number): Shown | Promise<Shown> =>
  (kindOf(column.kind).read ?? showTensor)(stored, column, limit);

function textOf(shown: Shown): string {
  switch (shown.form) {
    case 'number':
      return String(shown.value);
    case 'text':
      return shown.text;
    case 'class':
      return shown.name;
    case 'tags':
      return shown.tags.map(({ name }) => name).join(' ');
    case 'boxes':
      return shown.boxes.map(({ name }) => name).join(' ');
    default:
      return shown.alt;
  }
}
