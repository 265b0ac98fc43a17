import { SPLITS, type Column, type Split } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import type { ImportRecord } from '../../core/import.ts';
import { decodeText } from '../../core/kept-text.ts';
import { AS_WRITTEN, parseTime, type TimeReading } from '../dates/time.ts';
import type { ReaderColumn } from '../format.ts';
import { neededBy, sharesLeft } from '../split.ts';
import { DEFAULT_SPLIT, splitOf } from '../splits/catalogue.ts';
import { TRAIN, type Assignment, type FirstRows, type SplitRecord } from '../splits/split.ts';
import type { Snapshot } from './snapshot.ts';

type Stored = number | TypedArray;

/** Rows of a part that are read at once. */
const ROWS_AT_ONCE = 1 << 16;

/** Divides rows that are added as the first ones were: the same way and shares; groups stay together, and parts keep their places in time. */
export class LikeTheFirst {
  private readonly split: SplitRecord;
  private readonly params: ReturnType<typeof sharesLeft>;
  private readonly columns: readonly Column[];
  /** Places of the columns that rows are divided by, and of the one whose classes are shared out. */
  private readonly needed: readonly number[];
  private readonly target: number;
  private readonly reading: TimeReading;
  private readonly first: FirstRows & { readonly parts: Map<number, number>; readonly begins: number[] } = {
    parts: new Map(),
    begins: SPLITS.map(() => Infinity),
  };
  /** Numbers of groups by what their columns say. */
  private readonly known = new Map<string, number>();
  private readonly given: (Split | null)[] = [];
  private readonly classes: number[] = [];
  private readonly groups: number[] = [];
  private readonly times: number[] = [];

  /** Throws `SPLIT_COLUMN`, where the column they were divided by is none any more. */
  constructor(columns: readonly Column[], record: ImportRecord, source: readonly ReaderColumn[]) {
    const { by = DEFAULT_SPLIT, ...options } = record.split ?? {};
    this.split = splitOf(by);
    this.params = sharesLeft(this.split, options, record.named ?? []);
    this.columns = columns;
    const needed = neededBy(this.split, columns);
    this.needed = needed.map((column) => columns.indexOf(column));
    const targets = columns.filter(({ role }) => role === 'target');
    this.target =
      targets.length === 1 && targets[0].classes && targets[0].shape.length === 0
        ? columns.indexOf(targets[0])
        : -1;
    const named = needed[0]?.name;
    this.reading = {
      ...AS_WRITTEN,
      ...source.find(({ name }) => name === named)?.options,
      ...record.columns?.find(({ name }) => name === named)?.options,
    };
  }

  /** Learns the groups and times of the rows that are there. */
  async learn(snapshot: Snapshot): Promise<void> {
    if (!this.split.needs) return;
    for (const [part, split] of SPLITS.entries()) {
      for (let start = 0; start < snapshot.schema.rows[split]; start += ROWS_AT_ONCE) {
        const read = this.needed.map((at) =>
          snapshot.read(split, this.columns[at].name, start, ROWS_AT_ONCE),
        );
        const values = await Promise.all(read);
        const width = this.columns[this.needed[0]].shape[0];
        for (let row = 0; row < values[0].length / width; row++)
          this.meet(
            values.map((all, at) => this.rowOf(all, at, row)),
            part,
          );
      }
    }
  }

  /** A row that is added, with the part that its source names. */
  add(stored: readonly Stored[], given: Split | null): void {
    this.given.push(given);
    if (this.target >= 0) this.classes.push(Number(stored[this.target]));
    const values = this.needed.map((at) => stored[at]);
    if (this.split.needs === 'group') this.groups.push(this.groupOf(values));
    if (this.split.needs === 'time') this.times.push(this.timeOf(values[0]));
  }

  /** The parts of all rows that were added. */
  async parts(): Promise<Assignment> {
    const { given, target, split } = this;
    async function* batches(classes: Int32Array): AsyncIterable<TypedArray> {
      yield classes;
    }
    const context = {
      rows: given.length,
      free: (row: number) => given[row] === null,
      classes: target >= 0 ? () => batches(Int32Array.from(this.classes)) : null,
      groups: split.needs === 'group' ? Int32Array.from(this.groups) : null,
      times: split.needs === 'time' ? Float64Array.from(this.times) : null,
      assignment: Uint8Array.from(given, (part) => (part ? SPLITS.indexOf(part) : TRAIN)),
    };
    const open = split.follow?.(context, this.first) ?? context.free;
    await split.divide({ ...context, free: (row) => context.free(row) && open(row) }, this.params);
    return context.assignment;
  }

  private meet(values: readonly Stored[], part: number): void {
    if (this.split.needs === 'group') this.first.parts.set(this.groupOf(values), part);
    else this.first.begins[part] = Math.min(this.first.begins[part], this.timeOf(values[0]));
  }

  private rowOf(values: TypedArray, at: number, row: number): TypedArray {
    const [width] = this.columns[this.needed[at]].shape;
    return values.subarray(row * width, (row + 1) * width);
  }

  private groupOf(values: readonly Stored[]): number {
    const key = JSON.stringify(values.map(textOf));
    const number = this.known.get(key) ?? this.known.size;
    this.known.set(key, number);
    return number;
  }

  private timeOf(value: Stored): number {
    return parseTime(textOf(value), this.reading);
  }
}

/** Groups and times are kept as texts. */
const textOf = (stored: Stored): string => decodeText(stored as Uint8Array);
