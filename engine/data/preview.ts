import type { Shown } from '../core/browse.ts';
import type { Preview, PreviewColumn, SourceRequest } from '../core/import.ts';
import { UNWATCHED, type ImportContext } from './context.ts';
import type { Cell, Reader, ReaderColumn } from './format.ts';
import { kindChoices, kindInRole, kindOf } from './kinds/catalogue.ts';
import { checks } from './checks/catalogue.ts';
import { splitWays } from './splits/catalogue.ts';
import { openRequest } from './open.ts';
import { listed } from './tables/rows.ts';
import { proposeWindows } from './windows/propose.ts';
import { withScratch } from './sources/scratch.ts';

const SHOWN_ROWS = 20;
/** Rows that example values and missing counts are taken from. */
const SAMPLED_ROWS = 1000;
const EXAMPLES = 8;
/** An archive may have as many as it has entries. */
const MOST_WARNINGS = 20;

/**
 * The first rows of a source and how it would be read. Reads a bounded beginning of it, whatever its size, but for what must be read whole
 * before there are rows: packed archives, and lists of boxes. It tells `context` of that, which can end it.
 */
export function preview(request: SourceRequest, context = UNWATCHED): Promise<Preview> {
  return withScratch((scratch) => previewWith(request, scratch, context));
}

async function previewWith(
  request: SourceRequest,
  scratch: string,
  context: ImportContext,
): Promise<Preview> {
  const { format, options, reasons, bytes, reader } = await openRequest(request, scratch, context);
  const rows = await firstRows(reader);
  const shown = rows.slice(0, SHOWN_ROWS);
  const windows = proposeWindows(reader.columns, rows);
  return {
    format: format.id,
    formatTitle: format.title,
    reasons: windows ? [...reasons, windows.reason] : reasons,
    options,
    fields: format.fields,
    columns: reader.columns.map((column, at) => describe(column, cellsOf(rows, at))),
    kinds: kindChoices,
    splits: splitWays,
    checks: checks.map(({ title, doc }) => ({ title, doc })),
    rows: await Promise.all(
      shown.map((row) =>
        Promise.all(row.map((cell, at) => show(cell, reader.columns[at], cellsOf(shown, at)))),
      ),
    ),
    totalRows: reader.totalRows,
    ...(reader.estimatedRows !== undefined && { estimatedRows: reader.estimatedRows }),
    bytes,
    warnings: reader.warnings.slice(0, MOST_WARNINGS),
    ...(windows && { windows }),
  };
}

async function firstRows(reader: Reader): Promise<(readonly Cell[])[]> {
  // Files that are decoded one by one are slow to look at.
  const decoded = reader.columns.some(({ kind }) => kindOf(kind).fixed);
  const wanted = decoded ? SHOWN_ROWS : SAMPLED_ROWS;
  const rows: (readonly Cell[])[] = [];
  for await (const batch of reader.rows()) {
    rows.push(...listed(batch.rows, wanted - rows.length));
    if (rows.length >= wanted) break;
  }
  return rows;
}

function describe({ name, kind, role, options = {} }: ReaderColumn, cells: readonly Cell[]): PreviewColumn {
  const counts = new Map<string, number>();
  for (const value of cells.flat()) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  }
  const examples = [...counts].sort((a, b) => b[1] - a[1]).slice(0, EXAMPLES);
  return {
    name,
    kind: kindInRole(kind, role).id,
    role,
    options,
    missing: cells.filter((cell) => cell === null).length,
    examples: examples.map(([text]) => text),
    distinct: counts.size,
  };
}

const cellsOf = (rows: readonly (readonly Cell[])[], column: number): Cell[] =>
  rows.map((row) => row[column]);

async function show(cell: Cell, column: ReaderColumn, cells: readonly Cell[]): Promise<string | Shown> {
  if (cell === null) return '';
  if (Array.isArray(cell)) return cell.join(' ');
  return (await kindOf(column.kind).show?.(cell, column, cells)) ?? String(cell);
}
