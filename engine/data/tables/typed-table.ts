import { StrataError, type Problem } from '../../core/errors.ts';
import type { Cell, Reader, ReaderColumn, RowBatch } from '../format.ts';
import { isMissing, proposeColumns } from './table.ts';

/** Tables whose cells have types already: what the readers of JSON, Parquet, Arrow, workbooks and databases share. */
export interface TypedTable {
  readonly names: readonly string[];
  /** First rows, which types and roles are proposed from. */
  readonly sample: readonly (readonly Cell[])[];
  /** Columns of which more is known than their first cells tell, by name. */
  readonly known?: ReadonlyMap<string, ReaderColumn>;
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

export function typedReader(table: TypedTable): Reader {
  const {
    names,
    sample,
    known = new Map<string, ReaderColumn>(),
    reasons = [],
    warnings = [],
    ...rest
  } = table;
  const single = names.flatMap((name, at) => (known.has(name) ? [] : [at]));
  const proposed = proposeColumns(
    single.map((at) => names[at]),
    sample.map((row) => single.map((at) => String(row[at] ?? ''))),
  );
  const tagged = [...known.values()].some(({ role }) => role === 'target');
  const columns = names.map((name, at) => known.get(name) ?? beside(tagged, proposed[single.indexOf(at)]));
  return {
    columns,
    reasons: [...reasons, ...columns.flatMap(({ reason }) => reason ?? [])],
    warnings,
    ...rest,
  };
}

/** A column as proposed; where tags are the target there is no other. */
const beside = (tagged: boolean, column: ReaderColumn): ReaderColumn =>
  tagged && column.role === 'target' ? { ...column, role: 'ignore' } : column;

/** A value of any typed format as a cell. What is neither number nor text is written as text; bytes that spell none are left out. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) ? null : value;
    case 'bigint':
      return wholeNumber(value);
    case 'string':
      return isMissing(value) ? null : value;
    case 'boolean':
      return String(value);
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return textIn(value);
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? wholeNumber(part) : part));
}

/** As text where a number would not tell it from its neighbours: it may name something. */
export function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text that bytes spell; null where they are none: UTF-8 without zeros. */
function textIn(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
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
