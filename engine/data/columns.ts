import type { ColumnKind, ColumnRole } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import { parseParams, type Params } from '../core/fields.ts';
import type { ColumnChoice } from '../core/import.ts';
import type { ReaderColumn } from './format.ts';
import { kindInRole, kindOf } from './kinds/catalogue.ts';
import type { ColumnImport } from './kinds/kind.ts';

/** A column that is being imported. */
export interface ImportedColumn {
  /** Its place in the rows of the source. */
  readonly index: number;
  readonly name: string;
  readonly role: Exclude<ColumnRole, 'ignore' | 'split'>;
  readonly kind: ColumnKind;
  /** What its import was begun with: the reader's column, in the role that was chosen for it, and settings of the kind. */
  readonly source: ReaderColumn;
  readonly options: Params;
  readonly values: ColumnImport;
}

/** A column as another thread can be told of it. */
export type DescribedColumn = Omit<ImportedColumn, 'values'>;

/** The import of a column that nothing but its rows and settings is needed for. */
export function beginApart(column: DescribedColumn): ImportedColumn {
  const { begin, fields } = kindOf(column.kind);
  const { params } = parseParams(fields, column.options);
  return { ...column, values: begin(column.source, params, new Map()) };
}

/** The reader's columns with the person's choices; ignored ones are left out. Throws `COLUMN_UNKNOWN`, `COLUMN_KIND`, `COLUMNS_NO_INPUT` or `COLUMNS_ONE`. */
export function chooseColumns(
  columns: readonly ReaderColumn[],
  choices: readonly ColumnChoice[],
): ImportedColumn[] {
  for (const { name } of choices) {
    if (columns.some((column) => column.name === name)) continue;
    throw new StrataError({
      code: 'COLUMN_UNKNOWN',
      message: `The data have no column called "${name}".`,
      got: name,
      expected: columns.map((column) => column.name).join(', '),
      fix: 'Look at the preview for the names of the columns.',
    });
  }
  const common = new Map<string, unknown>();
  const chosen = columns.flatMap((column, index) => {
    const { role, ...choice } = choiceOf(column, choices);
    return role === 'ignore' || role === 'split' ? [] : [begin(index, { ...column, role }, choice, common)];
  });
  requireOne(columns, choices, 'time');
  requireOne(columns, choices, 'weight');
  // A target is no must: an autoencoder predicts its input.
  if (chosen.some(({ role }) => role === 'input')) return chosen;
  throw new StrataError({
    code: 'COLUMNS_NO_INPUT',
    message: 'No column has the role input.',
    expected: 'at least one input column',
    fix: 'Give a column the role input.',
  });
}

type Role = ImportedColumn['role'];

const choiceOf = (column: ReaderColumn, choices: readonly ColumnChoice[]): Omit<ColumnChoice, 'name'> =>
  choices.find(({ name }) => name === column.name) ?? column;

/** Place of the column that names each row's part; -1 where there is none. Throws `COLUMNS_ONE`. */
export function splitColumn(columns: readonly ReaderColumn[], choices: readonly ColumnChoice[]): number {
  requireOne(columns, choices, 'split');
  return columns.findIndex((column) => choiceOf(column, choices).role === 'split');
}

function requireOne(
  columns: readonly ReaderColumn[],
  choices: readonly ColumnChoice[],
  role: ColumnRole,
): void {
  const having = columns.filter((column) => choiceOf(column, choices).role === role);
  if (having.length <= 1) return;
  throw new StrataError({
    code: 'COLUMNS_ONE',
    message: `Several columns have the role ${role}.`,
    got: having.map(({ name }) => name).join(', '),
    expected: 'one column at most',
    fix: 'Give the others another role.',
  });
}

function begin(
  index: number,
  column: ReaderColumn & { readonly role: Role },
  choice: Pick<ColumnChoice, 'kind' | 'options'>,
  common: Map<string, unknown>,
): ImportedColumn {
  const { name, role } = column;
  const kind = kindInRole(choice.kind, role);
  if (kind.id !== column.kind && (kind.fixed || kindOf(column.kind).fixed)) {
    throw new StrataError({
      code: 'COLUMN_KIND',
      message: `Column "${name}" cannot be read as ${kind.title.toLowerCase()}.`,
      where: `column "${name}"`,
      got: kind.id,
      expected: column.kind,
      fix: 'Leave the type as it was proposed.',
    });
  }
  // Settings of another kind mean nothing to this one.
  const proposed = kind.id === column.kind ? column.options : {};
  const given = kind.id === choice.kind ? choice.options : {};
  const { params, problems } = parseParams(kind.fields, { ...proposed, ...given });
  if (problems.length > 0) throw new StrataError({ ...problems[0], where: `column "${name}"` });
  const values = kind.begin(column, params, common);
  return { index, name, role, kind: kind.id, source: column, options: params, values };
}
