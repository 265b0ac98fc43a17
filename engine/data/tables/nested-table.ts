import type { Cell, Cells, Reader, ReaderColumn, RowBatch, Rows } from '../format.ts';
import { isNested, RecordLayout, Surplus } from './records.ts';
import { uniqueNames } from './table.ts';
import { BATCH_ROWS, cellOf, typedReader, type TypedTable } from './typed-table.ts';

/** Tables that lie column by column and whose values may hold others: what the readers of Parquet and Arrow share. */
export interface NestedTable extends Omit<TypedTable, 'names' | 'sample' | 'known' | 'rows'> {
  readonly names: readonly string[];
  /** Columns of the first rows. */
  readonly sample: readonly Values[];
  readonly path: string;
  /** Columns whose values are cells as they are, by name. */
  readonly whole?: ReadonlyMap<string, ReaderColumn>;
  pieces(): AsyncIterable<Piece>;
}

/** The values of one column. */
export interface Values {
  readonly length: number;
  at(row: number): unknown;
}

/** All columns of some rows. */
export interface Piece {
  readonly columns: readonly Values[];
  readonly rows: number;
  /** Where the reader's work stands behind these rows. */
  readonly done: number;
}

export function nestedReader({
  names,
  sample,
  path,
  pieces,
  whole = new Map(),
  warnings = [],
  ...rest
}: NestedTable): Reader {
  const outer = uniqueNames(names, path);
  const layout = new ColumnLayout(outer.names, sample, whole);
  const inner = uniqueNames(layout.names, path);
  const first = layout.cellsOf(sample, 0, sample[0]?.length ?? 0);
  return typedReader({
    ...rest,
    names: inner.names,
    known: layout.known(inner.names),
    sample: Array.from({ length: sample[0]?.length ?? 0 }, (_, row) => first.map((cells) => cells.at(row))),
    warnings: [...warnings, ...outer.warnings, ...inner.warnings],
    rows() {
      const surplus = new Surplus();
      return surplus.toldIn(
        rowsOf(pieces(), layout, (row, name) => surplus.note(name, `${path}, row ${row}`)),
      );
    },
  });
}

/** Is told of values that have no column: their row and path. */
type Note = (row: number, path: string) => void;

async function* rowsOf(
  pieces: AsyncIterable<Piece>,
  layout: ColumnLayout,
  note: Note,
): AsyncIterable<RowBatch> {
  let [before, seen] = [0, 0];
  for await (const { columns, rows, done } of pieces) {
    for (let start = 0; start < rows; start += BATCH_ROWS) {
      const length = Math.min(BATCH_ROWS, rows - start);
      const first = seen + start + 1;
      const cells: Rows = {
        length,
        columns: layout.cellsOf(columns, start, length, (row, path) => note(first + row, path)),
      };
      yield { rows: cells, problems: [], done: before + ((done - before) * (start + length)) / rows };
    }
    before = done;
    seen += rows;
  }
}

/** Where each column of cells lies: in a column of the file that holds single values, or inside of nested ones. */
class ColumnLayout {
  readonly names: readonly string[];
  private readonly outer: readonly string[];
  /** Places of the columns that hold lists or records. */
  private readonly nested: readonly number[];
  private readonly records: RecordLayout;
  private readonly whole: ReadonlyMap<string, ReaderColumn>;
  private readonly places: readonly { readonly column: number; readonly inner: number }[];

  /** By the first rows. */
  constructor(outer: readonly string[], sample: readonly Values[], whole: ReadonlyMap<string, ReaderColumn>) {
    this.outer = outer;
    this.whole = whole;
    this.nested = sample.flatMap((values, at) => (!whole.has(outer[at]) && holdsNested(values) ? [at] : []));
    const rows = sample[0]?.length ?? 0;
    this.records = new RecordLayout(Array.from({ length: rows }, (_, row) => this.record(sample, row)));
    const within = this.records.names.map((name) => outer.indexOf(this.outerOf(name)));
    this.places = outer.flatMap((_, column) =>
      this.nested.includes(column)
        ? within.flatMap((of, inner) => (of === column ? [{ column, inner }] : []))
        : [{ column, inner: -1 }],
    );
    this.names = this.places.map(({ column, inner }) => this.records.names[inner] ?? outer[column]);
  }

  /** What is known of columns of whole lists, under the names that they have in the end. */
  known(names: readonly string[]): Map<string, ReaderColumn> {
    return new Map(
      this.places.flatMap(({ column: place, inner }, at) => {
        const column = this.records.lists.get(this.records.names[inner]) ?? this.whole.get(this.outer[place]);
        return column ? [[names[at], { ...column, name: names[at] }]] : [];
      }),
    );
  }

  /** The cells of all columns for so many rows from one on. */
  cellsOf(columns: readonly Values[], start: number, length: number, note?: Note): Cells[] {
    const rowOf = (_: unknown, row: number): Cell[] =>
      this.records.rowOf(this.record(columns, start + row), note && ((path) => note(row, path)));
    const rows = Array.from({ length: this.nested.length > 0 ? length : 0 }, rowOf);
    return this.places.map(({ column, inner }) =>
      inner < 0 ? this.outerCells(column, columns[column], start) : innerCells(rows, inner),
    );
  }

  private outerCells(column: number, values: Values, start: number): Cells {
    if (!this.whole.has(this.outer[column])) return plainCells(values, start);
    return { at: (row) => values.at(start + row) as Cell, numbers: (into) => void into.fill(Number.NaN) };
  }

  /** The nested values of a row, by column. */
  private record(columns: readonly Values[], row: number): object {
    return Object.fromEntries(this.nested.map((at) => [this.outer[at], columns[at].at(row)]));
  }

  /** The nested column that a path begins with: the one with the longest name. */
  private outerOf(path: string): string {
    const names = this.nested.map((at) => this.outer[at]);
    const found = names.filter((name) => path === name || path.startsWith(`${name}.`));
    return found.reduce((a, b) => (b.length > a.length ? b : a), '');
  }
}

function holdsNested(values: Values): boolean {
  for (let row = 0; row < values.length; row++) if (isNested(values.at(row))) return true;
  return false;
}

const plainCells = (values: Values, start: number): Cells => ({
  at: (row) => cellOf(values.at(start + row)),
  numbers(into) {
    for (let row = 0; row < into.length; row++) {
      const value = values.at(start + row);
      into[row] = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
    }
  },
});

const innerCells = (rows: readonly (readonly Cell[])[], inner: number): Cells => ({
  at: (row) => rows[row][inner],
  numbers(into) {
    for (let row = 0; row < into.length; row++) {
      const cell = rows[row][inner];
      into[row] = typeof cell === 'number' ? cell : Number.NaN;
    }
  },
});
