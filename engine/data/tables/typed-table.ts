import { StrataError, type Problem } from '../../core/errors.ts';
import type { Cell, Reader, RowBatch } from '../format.ts';
import { isMissing, proposeColumns } from './table.ts';

/** Tables whose cells have types already: what the readers of JSON, Parquet, Arrow, workbooks and databases share. */
export interface TypedTable {
  readonly names: readonly string[];
  /** First rows, which types and roles are proposed from. */
  readonly sample: readonly (readonly Cell[])[];
  readonly totalRows: number | null;
  readonly estimatedRows?: number;
  readonly totalWork: number;
  readonly reasons?: readonly string[];
  readonly warnings?: readonly Problem[];
  rows(): AsyncIterable<RowBatch>;
}

/** Rows that types and roles are proposed from. */
export const SAMPLE_ROWS = 1000;
/** Rows that are handed on at once. */
export const BATCH_ROWS = 2000;

export function typedReader({ names, sample, reasons = [], warnings = [], ...rest }: TypedTable): Reader {
  const texts = sample.map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
  const columns = proposeColumns(names, texts);
  return {
    columns,
    reasons: [...reasons, ...columns.flatMap(({ reason }) => reason ?? [])],
    warnings,
    ...rest,
  };
}

/** A value of any typed format as a cell. What is neither number nor text is written as text. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) ? null : value;
    case 'bigint':
      return Number(value);
    case 'string':
      return isMissing(value) ? null : value;
    case 'boolean':
      return String(value);
  }
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part));
}

/** A record's values by path: `{a: {b: 1}, c: [2, 3]}` has `a.b`, `c.0` and `c.1`. */
export function flatten(record: object): Map<string, Cell> {
  const flat = new Map<string, Cell>();
  const visit = (value: unknown, path: string): void => {
    const nested = typeof value === 'object' && value !== null && !(value instanceof Date);
    if (!nested) flat.set(path, cellOf(value));
    else
      for (const [name, part] of Object.entries(value)) visit(part, path === '' ? name : `${path}.${name}`);
  };
  visit(record, '');
  return flat;
}

/** Names of all columns of some records, in the order in which they come up. */
export function namesOf(records: readonly ReadonlyMap<string, Cell>[]): string[] {
  return [...new Set(records.flatMap((record) => [...record.keys()]))];
}

export function noRecords(path: string): StrataError {
  return new StrataError({
    code: 'TABLE_NO_RECORDS',
    message: 'The file holds no records.',
    where: path,
    expected: 'at least one record with a value',
    fix: 'Choose another file.',
  });
}
