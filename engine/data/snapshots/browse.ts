import { columnNamed } from '../../core/binding.ts';
import type { BrowsedRow, BrowsedRows, BrowseRequest, Shown } from '../../core/browse.ts';
import type { Column, Split } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { size } from '../../core/shape.ts';
import type { ImportContext } from '../context.ts';
import { sortedRows } from './order.ts';
import { passingRows, readStored } from './search.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';
import { markedRows, stepsOf } from './steps.ts';

/** Bytes of lists of rows that are remembered, beside the newest one: filters and orders that pages were turned in. */
const REMEMBERED_BYTES = 1 << 28;

/** Rows of snapshots for people to look at: a page of a part, or of what filters leave of it, in some order. */
export class Browser {
  /** Lists of rows by what was asked for, the ones that were asked for last at the end. */
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
    const filtered = () =>
      this.remember([dataset, split, filters], () => passingRows(snapshot, split, filters, context));
    if (!order) return filters.length > 0 ? filtered() : undefined;
    const ordered = () =>
      this.remember([dataset, split, order], () => sortedRows(snapshot, split, order, context));
    if (filters.length === 0) return ordered();
    return this.remember([dataset, split, filters, order], async () => {
      const marks = new Uint8Array(snapshot.schema.rows[split]);
      for (const row of await filtered()) marks[row] = 1;
      return markedRows(marks, stepsOf(marks.length, context), await ordered());
    });
  }

  /** What was found for a question, so that turning a page, or asking for a part of it, does not search again. */
  private async remember(question: unknown, find: () => Promise<Uint32Array>): Promise<Uint32Array> {
    const key = JSON.stringify(question);
    const rows = this.found.get(key) ?? (await find());
    this.found.delete(key);
    this.found.set(key, rows);
    let bytes = [...this.found.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    for (const [oldest, { byteLength }] of this.found) {
      if (bytes <= REMEMBERED_BYTES || oldest === key) break;
      this.found.delete(oldest);
      bytes -= byteLength;
    }
    return rows;
  }
}

async function readPage(
  snapshot: Snapshot,
  { split, columns: names, size: limit }: BrowseRequest,
  page: readonly number[],
): Promise<BrowsedRow[]> {
  const values = page.map((): Shown[] => []);
  for (const column of names.map((name) => columnNamed(snapshot.schema, name)))
    for (const [at, { stored, missing }] of (await readCells(snapshot, split, column, page)).entries())
      values[at].push({
        ...(await readStored(stored, column, limit)),
        ...(missing && { missing: true as const }),
      });
  return page.map((row, at) => ({ row, values: values[at] }));
}

interface StoredCell {
  readonly stored: TypedArray;
  readonly missing: boolean;
}

/** What a column has in some rows; those that lie side by side are read at once. */
async function readCells(
  snapshot: Snapshot,
  split: Split,
  column: Column,
  page: readonly number[],
): Promise<StoredCell[]> {
  const width = size(column.shape);
  const runs = page.flatMap((row, at) => (at > 0 && row === page[at - 1] + 1 ? [] : [at]));
  const read = runs.map(async (at, run) => {
    const place = [split, column.name, page[at], (runs[run + 1] ?? page.length) - at] as const;
    const [values, marks] = await Promise.all([snapshot.read(...place), snapshot.readMissing(...place)]);
    return Array.from(marks, (mark, row) => ({
      stored: values.subarray(row * width, (row + 1) * width),
      missing: mark === 1,
    }));
  });
  return (await Promise.all(read)).flat();
}
