import type { ColumnKind, ColumnRole, Split } from '../core/dataset.ts';
import type { Problem } from '../core/errors.ts';
import type { Fields, Params, ParamsOf } from '../core/fields.ts';
import type { Boxes } from './images/boxes.ts';
import type { Source } from './sources/source.ts';

/** One value as a reader delivers it: text, tokens, a number, pixels (u8), the values of a tensor (f32), boxes, or missing. */
export type Cell = string | readonly string[] | number | Uint8Array | Float32Array | Boxes | null;

export interface ReaderColumn {
  readonly name: string;
  /** Proposals; the person may decide otherwise in the wizard. */
  readonly kind: ColumnKind;
  readonly role: ColumnRole;
  /** Why a column got its role, where that is not plain to see. */
  readonly reason?: string;
  /** Of images (height, width, channels) and tensors. */
  readonly shape?: readonly number[];
  /** Settings of the kind that the content suggests. */
  readonly options?: Params;
  /** Categories whose class names are known before any row is read. */
  readonly classes?: readonly string[];
}

/** The cells of one column of a batch. */
export interface Cells {
  at(row: number): Cell;
  /** Gives the numbers of all rows, NaN where `at` tells what there is. A reader of text reads them without making texts of them first. */
  numbers(into: Float32Array): void;
}

/** Rows one by one, or column by column, from readers that are faster so. */
export type Rows =
  readonly (readonly Cell[])[] | { readonly length: number; readonly columns: readonly Cells[] };

/** Some rows. They may be read until the next batch is asked for. */
export interface RowBatch {
  readonly rows: Rows;
  /** The part each row belongs to where the source says so; null lets the person's split decide. */
  readonly splits?: readonly (Split | null)[];
  /** Rows or files that could not be read. */
  readonly problems: readonly Problem[];
  /** Progress so far, in the reader's own unit (bytes, rows, files). */
  readonly done: number;
}

/** An opened source: its columns at once, its rows as a stream. */
export interface Reader {
  readonly columns: readonly ReaderColumn[];
  /** Known without reading everything, else null. */
  readonly totalRows: number | null;
  /** About how many, by the length of the first ones, where `totalRows` is not known. */
  readonly estimatedRows?: number;
  /** Where `RowBatch.done` ends. */
  readonly totalWork: number;
  readonly reasons: readonly string[];
  readonly warnings: readonly Problem[];
  /** Reads from the beginning; may be called again. `all`: nobody will stop before the end, so preparations pay that take a while. */
  rows(all?: boolean): AsyncIterable<RowBatch>;
}

export interface Recognition {
  /** 0: not this format; 1: certain. The most confident format is taken. */
  readonly confidence: number;
  /** What gave it away, for people. */
  readonly reasons: readonly string[];
}

/** A file format, described once. It is recognised by content, never by a file's extension alone. */
export interface FormatRecord<F extends Fields = Fields> {
  readonly id: string;
  readonly title: string;
  /** Markdown: what is read, and how. */
  readonly doc: string;
  readonly fields: F;
  recognise(source: Source): Promise<Recognition>;
  /** Options that the content suggests, for the fields the person left alone. */
  detect(source: Source, given: Params): Promise<Partial<ParamsOf<F>>>;
  open(source: Source, options: ParamsOf<F>): Promise<Reader>;
}

export function defineFormat<F extends Fields>(record: FormatRecord<F>): FormatRecord<F> {
  return record;
}

export const NOT_RECOGNISED: Recognition = { confidence: 0, reasons: [] };
