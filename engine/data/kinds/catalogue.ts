import { StrataError } from '../../core/errors.ts';
import type { KindRecord } from './kind.ts';
import { records } from './registry.gen.ts';

export const kinds = records as readonly unknown[] as readonly KindRecord[];

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
