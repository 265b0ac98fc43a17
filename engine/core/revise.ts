import { isKept } from './kept-text.ts';
import type { Column, ColumnRole } from './dataset.ts';
import { StrataError } from './errors.ts';

/** Changes of the columns of a data set that was imported: what the data page and the engine agree on. */

export interface ColumnChange {
  readonly column: string;
  readonly name?: string;
  readonly role?: ColumnRole;
}

export interface ReviseRequest {
  readonly jobId: string;
  /** Snapshot folder. */
  readonly dataset: string;
  /** Folder that holds snapshots. */
  readonly folder: string;
  /** Name of the new data set. */
  readonly name: string;
  readonly columns: readonly ColumnChange[];
}

/** Roles that a stored column can take without being imported again: texts that are kept are for people, the rest is for models. */
export function rolesOf({ dtype, shape, role }: Pick<Column, 'dtype' | 'shape' | 'role'>): ColumnRole[] {
  const kept = isKept({ dtype, shape });
  return [
    ...new Set<ColumnRole>([
      role,
      ...(kept ? (['id', 'group'] as const) : (['input', 'target'] as const)),
      'ignore',
    ]),
  ];
}

/** The columns with the changes. Throws `COLUMN_NAMES`, `COLUMN_ROLE` or `COLUMNS_NO_INPUT`. */
export function changed(columns: readonly Column[], changes: readonly ColumnChange[]): Column[] {
  const result = columns.map((column): Column => {
    const { name = column.name, role = column.role } =
      changes.find(({ column: of }) => of === column.name) ?? {};
    if (!rolesOf(column).includes(role)) throw wrongRole(column, role);
    const follows = changes.find(({ column: of }) => of === column.follows)?.name ?? column.follows;
    return { ...column, name: name.trim(), role, ...(follows !== undefined && { follows }) };
  });
  const names = result.map(({ name }) => name);
  const wrong = names.find((name, at) => name === '' || names.indexOf(name) !== at);
  if (wrong !== undefined) throw wrongName(wrong);
  if (result.some(({ role }) => role === 'input')) return result;
  throw new StrataError({
    code: 'COLUMNS_NO_INPUT',
    message: 'No column has the role input.',
    expected: 'at least one input column',
    fix: 'Give a column the role input.',
  });
}

function wrongName(name: string): StrataError {
  return new StrataError({
    code: 'COLUMN_NAMES',
    message: name === '' ? 'A column has no name.' : `Two columns are called "${name}".`,
    ...(name !== '' && { got: name }),
    expected: 'a name of its own for each column',
    fix: 'Give the column another name.',
  });
}

function wrongRole(column: Column, role: ColumnRole): StrataError {
  return new StrataError({
    code: 'COLUMN_ROLE',
    message: `The column "${column.name}" cannot become ${role} as it is stored.`,
    where: `column "${column.name}"`,
    got: role,
    expected: rolesOf(column).join(', '),
    fix: 'Import the data again with this role.',
  });
}
