import type { IntegersField } from '../../engine/core/fields.ts';

/** `28 × 28 × 1`, `28, 28, 1` and `28x28x1` all mean the same; null for anything that does not fit the field. */
export function parseIntegers(
  text: string,
  field: Pick<IntegersField, 'length' | 'min'>,
): readonly number[] | null {
  const parts = text.split(/[\s,;×x*]+/i).filter((part) => part !== '');
  const values = parts.map((part) => (/^-?\d+$/.test(part) ? Number(part) : Number.NaN));
  const fits = values.every((value) => Number.isSafeInteger(value) && value >= (field.min ?? -Infinity));
  const complete = field.length === undefined ? values.length > 0 : values.length === field.length;
  return fits && complete ? values : null;
}

export function showIntegers(values: readonly number[]): string {
  return values.join(' × ');
}
