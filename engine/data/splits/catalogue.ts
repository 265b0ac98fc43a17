import { StrataError } from '../../core/errors.ts';
import type { SplitWay } from '../../core/import.ts';
import type { SplitRecord } from './split.ts';
import { records } from './registry.gen.ts';

export const splits = records as readonly unknown[] as readonly SplitRecord[];

/** The way that is taken where nobody chose one. */
export const DEFAULT_SPLIT = 'ratio';

export const splitWays: readonly SplitWay[] = splits
  .map(({ id, title, doc, fields, needs }) => ({ id, title, doc, fields, ...(needs && { needs }) }))
  .sort((a, b) => Number(b.id === DEFAULT_SPLIT) - Number(a.id === DEFAULT_SPLIT));

/** Throws `SPLIT_UNKNOWN`. */
export function splitOf(id: string): SplitRecord {
  const split = splits.find((record) => record.id === id);
  if (split) return split;
  throw new StrataError({
    code: 'SPLIT_UNKNOWN',
    message: `Rows cannot be divided by "${id}".`,
    got: id,
    expected: splits.map((record) => record.id).join(', '),
    fix: 'Choose one of these ways.',
  });
}
