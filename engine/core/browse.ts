import type { Split } from './dataset.ts';

/** What the data page and the engine say to each other about the rows of a data set. Plain data. */

/** The id of rows that are files: the path of each in the folder or archive that was imported. */
export const FILE_COLUMN = 'file';

/** A stored value as people see it. */
export type Shown = ShownForm & {
  /** True for a sound, which can be played where the files are known that rows were read from. */
  readonly sound?: true;
  /** True where the value was missing: it is what was filled in. */
  readonly missing?: true;
};

type ShownForm =
  | { readonly form: 'number'; readonly value: number }
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'class'; readonly index: number; readonly name: string }
  /** One class for each token; those of one type belong together, null is no type at all. */
  | {
      readonly form: 'tags';
      readonly tags: readonly { readonly name: string; readonly type: number | null }[];
    }
  /** Boxes of an image with their classes; places and sizes as fractions of it. */
  | { readonly form: 'boxes'; readonly boxes: readonly ShownBox[] }
  /** A `data:` URL, and what it shows in words. */
  | { readonly form: 'picture'; readonly url: string; readonly alt: string }
  /** Values over time or position, one curve for each channel; thinned out where there are many. */
  | { readonly form: 'curves'; readonly curves: readonly (readonly number[])[]; readonly alt: string };

export interface ShownBox {
  /** Of the class. */
  readonly index: number;
  readonly name: string;
  /** Centre. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the value of a column must be for a row to be listed: a text inside of it, a range with both ends, a class, or missing or not. */
export type RowFilter = { readonly column: string } & (
  | { readonly contains: string }
  | { readonly least?: number; readonly most?: number }
  | { readonly is: string }
  | { readonly missing: boolean }
);

export interface RowOrder {
  /** A column with one value per row. */
  readonly column: string;
  readonly descending: boolean;
}

export interface BrowseRequest {
  /** Tells progress while rows are searched, and cancels. */
  readonly jobId: string;
  /** Snapshot folder. */
  readonly dataset: string;
  readonly split: Split;
  /** Names of the columns whose values are wanted. */
  readonly columns: readonly string[];
  /** Rows must pass all of them. */
  readonly filters: readonly RowFilter[];
  /** As stored where absent. */
  readonly order?: RowOrder;
  /** Rows `[start, start + count)` of those that pass, in their order. */
  readonly start: number;
  readonly count: number;
  /** Longest side of a picture, in pixels, and most points of a curve. */
  readonly size: number;
}

export interface BrowsedRow {
  /** Its place in the split, from 0. */
  readonly row: number;
  /** In the order of the request's columns. */
  readonly values: readonly Shown[];
}

export interface BrowsedRows {
  readonly rows: readonly BrowsedRow[];
  /** Rows that pass the filters. */
  readonly total: number;
}
