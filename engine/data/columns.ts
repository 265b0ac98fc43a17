import type { ColumnKind } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import { parseParams } from '../core/fields.ts';
import type { ColumnChoice } from '../core/import.ts';
import type { ReaderColumn } from './format.ts';
import { kindOf } from './kinds/catalogue.ts';
import type { ColumnImport } from './kinds/kind.ts';

/** A column that is being imported. */
export interface ImportedColumn {
  /** Its place in the rows of the source. */
  readonly index: number;
  readonly name: string;
  readonly role: 'input' | 'target';
  readonly kind: ColumnKind;
  readonly values: ColumnImport;
}

/** The reader's columns with the person's choices; ignored ones are left out. Throws `COLUMN_UNKNOWN`, `COLUMN_KIND` or `COLUMNS_NO_INPUT`. */
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
  const chosen = columns.flatMap((column, index) => {
    const choice = choices.find(({ name }) => name === column.name) ?? column;
    return choice.role === 'ignore' ? [] : [begin(index, column, choice)];
  });
  // A target is no must: an autoencoder predicts its input.
  if (chosen.some(({ role }) => role === 'input')) return chosen;
  throw new StrataError({
    code: 'COLUMNS_NO_INPUT',
    message: 'No column has the role input.',
    expected: 'at least one input column',
    fix: 'Give a column the role input.',
  });
}

function begin(index: number, column: ReaderColumn, choice: Omit<ColumnChoice, 'name'>): ImportedColumn {
  const kind = kindOf(choice.kind);
  if (kind.id !== column.kind && (kind.fixed || kindOf(column.kind).fixed)) {
    throw new StrataError({
      code: 'COLUMN_KIND',
      message: `Column "${column.name}" cannot be read as ${kind.title.toLowerCase()}.`,
      where: `column "${column.name}"`,
      got: kind.id,
      expected: column.kind,
      fix: 'Leave the type as it was proposed.',
    });
  }
  const { params, problems } = parseParams(kind.fields, { ...column.options, ...choice.options });
  if (problems.length > 0) throw new StrataError({ ...problems[0], where: `column "${column.name}"` });
  const role = choice.role === 'target' ? 'target' : 'input';
  return { index, name: column.name, role, kind: kind.id, values: kind.begin(column, params) };
}
