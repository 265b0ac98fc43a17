import { columnNamed } from '../../core/binding.ts';
import type {
  BrowsedRow,
  BrowsedRows,
  BrowseRequest,
  RowFilter,
  RowOrder,
  Shown,
} from '../../core/browse.ts';
import type { Column, Split } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { size } from '../../core/shape.ts';
import { chunksOf, masksOf } from './batches.ts';
import type { ImportContext } from '../context.ts';
import { kindOf } from '../kinds/catalogue.ts';
import { showTensor } from './show-tensor.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';

/** Searches whose rows are remembered, so that turning a page does not search again. */
const REMEMBERED = 4;

/** Rows of snapshots for people to look at: a page of a part, or of what filters leave of it, in some order. */
export class Browser {
  private readonly found = new Map<string, Uint32Array>();

  /** Throws what opening a snapshot throws, `DATA_COLUMN_UNKNOWN`, or `CANCELLED`. */
  async browse(request: BrowseRequest, context: ImportContext): Promise<BrowsedRows> {
    const snapshot = await openSnapshot(request.dataset);
    try {
      const { split, start, count } = request;
      const listed = await this.listed(snapshot, request, context);
      const total = listed?.length ?? snapshot.schema.rows[split];
      const page = Array.from(
        { length: Math.max(0, Math.min(count, total - start)) },
        (_, at) => listed?.[start + at] ?? start + at,
      );
      return { rows: await readPage(snapshot, request, page), total };
    } finally {
      await snapshot.close();
    }
  }

  /** The rows that pass the filters, in order; undefined where these are all rows as they are stored. */
  private async listed(
    snapshot: Snapshot,
    { dataset, split, filters, order }: BrowseRequest,
    context: ImportContext,
  ): Promise<Uint32Array | undefined> {
    if (filters.length === 0 && !order) return undefined;
    const key = JSON.stringify([dataset, split, filters, order]);
    const known = this.found.get(key);
    this.found.delete(key);
    const rows = known ?? (await search(snapshot, split, filters, order, context));
    this.found.set(key, rows);
    const [oldest] = this.found.keys();
    if (this.found.size > REMEMBERED) this.found.delete(oldest);
    return rows;
  }
}

/** A stored value as people see it. */
export async function showStored(stored: TypedArray, column: Column, limit: number): Promise<Shown> {
  return (kindOf(column.kind).read ?? showTensor)(stored, column, limit);
}

async function readPage(
  snapshot: Snapshot,
  { split, columns: names, size: limit }: BrowseRequest,
  page: readonly number[],
): Promise<BrowsedRow[]> {
  const columns = names.map((name) => columnNamed(snapshot.schema, name));
  const values = page.map((): Shown[] => []);
  for (const column of columns) {
    for (const [at, row] of page.entries()) {
      const stored = await snapshot.read(split, column.name, row, 1);
      const [missing] = await snapshot.readMissing(split, column.name, row, 1);
      values[at].push({
        ...(await showStored(stored, column, limit)),
        ...(missing === 1 && { missing: true as const }),
      });
    }
  }
  return page.map((row, at) => ({ row, values: values[at] }));
}

async function search(
  snapshot: Snapshot,
  split: Split,
  filters: readonly RowFilter[],
  order: RowOrder | undefined,
  context: ImportContext,
): Promise<Uint32Array> {
  const passing = new Uint8Array(snapshot.schema.rows[split]).fill(1);
  const total = passing.length * (filters.length + (order ? 1 : 0));
  let done = 0;
  const tell = (rows: number): void =>
    context.onProgress({ stage: 'Searching rows', done: (done += rows), total });
  for (const filter of filters) {
    const column = columnNamed(snapshot.schema, filter.column);
    const passes = test(column, filter);
    const marks = 'missing' in filter;
    const width = marks ? 1 : size(column.shape);
    let row = 0;
    for await (const values of (marks ? masksOf : chunksOf)(snapshot, split, column, context.signal)) {
      for (let start = 0; start < values.length; start += width, row++) {
        if (!passing[row]) continue;
        const answer = passes(values, start);
        if (!(typeof answer === 'boolean' ? answer : await answer)) passing[row] = 0;
      }
      tell(values.length / width);
    }
  }
  const listed = Uint32Array.from(passing.keys().filter((row) => passing[row] === 1));
  if (!order) return listed;
  const column = columnNamed(snapshot.schema, order.column);
  const keys = new Float64Array(passing.length);
  let row = 0;
  for await (const values of chunksOf(snapshot, split, column, context.signal)) {
    keys.set(values, row);
    row += values.length;
    tell(values.length);
  }
  const sign = order.descending ? -1 : 1;
  return listed.sort((a, b) => sign * (keys[a] - keys[b]) || a - b);
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
  if ('contains' in filter) {
    const wanted = filter.contains.toLowerCase();
    const width = size(column.shape);
    return async (values, start) => {
      const shown = await showStored(values.subarray(start, start + width), column, 1);
      return textOf(shown).toLowerCase().includes(wanted);
    };
  }
  const { least = -Infinity, most = Infinity } = filter;
  return (values, start) => values[start] >= least && values[start] <= most;
}

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
