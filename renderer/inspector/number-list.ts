import type { IntegersField, NumbersField } from '../../engine/core/fields.ts';

type Given = Pick<IntegersField, 'kind' | 'length' | 'min'> | Pick<NumbersField, 'kind' | 'min'>;

/** `28 × 28 × 1`, `28, 28, 1` and `28x28x1` all mean the same; null for anything that does not fit the field. */
export function parseNumbers(text: string, field: Given): readonly number[] | null {
  const values = text
    .split(/[\s,;×x*]+/i)
    .filter((part) => part !== '')
    .map(Number);
  const valid = field.kind === 'integers' ? Number.isSafeInteger : Number.isFinite;
  if (!values.every((value) => valid(value) && value >= (field.min ?? -Infinity))) return null;
  if (field.kind === 'numbers') return values;
  const complete = field.length === undefined ? values.length > 0 : values.length === field.length;
  return complete ? values : null;
}

export function showNumbers(values: readonly number[], { kind }: Pick<Given, 'kind'>): string {
  return values.join(kind === 'integers' ? ' × ' : ', ');
}
