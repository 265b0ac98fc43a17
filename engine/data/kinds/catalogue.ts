import type { ColumnRole } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import { kindForRole, type KindChoice } from '../../core/import.ts';
import type { KindRecord } from './kind.ts';
import { records } from './registry.gen.ts';

export const kinds = records as readonly unknown[] as readonly KindRecord[];

export const kindChoices: readonly KindChoice[] = kinds.map(
  ({ id, title, doc, fields, fixed = false, roles = ['input', 'target'] }) => ({
    id,
    title,
    doc,
    fields,
    fixed,
    roles,
  }),
);

/** The kind of a column that is to have a role. Throws `KIND_UNKNOWN`. */
export function kindInRole(id: string, role: ColumnRole): KindRecord {
  const choice = kindChoices.find((candidate) => candidate.id === kindOf(id).id)!;
  return kindOf(kindForRole(kindChoices, choice, role).id);
}

/** Throws `KIND_UNKNOWN`. */
export function kindOf(id: string): KindRecord {
  const kind = kinds.find((record) => record.id === id);
  if (kind) return kind;
  throw new StrataError({
    code: 'KIND_UNKNOWN',
    message: `There is no kind of column called "${id}".`,
    got: id,
    expected: kinds.map((record) => record.id).join(', '),
    fix: 'Choose one of these kinds.',
  });
}
