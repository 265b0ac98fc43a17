import type { Problem } from './errors.ts';

/**
 * Declarative parameters of a record (layer, loss, optimizer, import option). The inspector's form, the
 * command line's help, the docs table and validation all read the same declaration.
 */
interface FieldBase<T> {
  readonly label: string;
  /** One sentence that says what it does and in which unit. */
  readonly help: string;
  readonly default: T;
  /** Shown under "Advanced". */
  readonly advanced?: boolean;
  /** Shown only where a choice of the same form has one of these values. */
  readonly when?: { readonly field: string; readonly is: readonly string[] };
}
export interface NumberField extends FieldBase<number> {
  readonly kind: 'number';
  readonly integer: boolean;
  readonly min?: number;
  readonly max?: number;
  /** True where `min` itself is not allowed. */
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
}
export interface BooleanField extends FieldBase<boolean> {
  readonly kind: 'boolean';
}
export interface ChoiceField<T extends string = string> extends FieldBase<T> {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: T; readonly label: string; readonly help?: string }[];
}
export interface TextField extends FieldBase<string> {
  readonly kind: 'text';
  readonly placeholder?: string;
}
/** A tuple of integers, e.g. a kernel size `[3, 3]` or a target shape of any length. */
export interface IntegersField extends FieldBase<readonly number[]> {
  readonly kind: 'integers';
  /** Exact length; any length where absent. */
  readonly length?: number;
  readonly min?: number;
}
/** Real numbers, e.g. a weight for each class; any count. */
export interface NumbersField extends FieldBase<readonly number[]> {
  readonly kind: 'numbers';
  readonly min?: number;
}
/** Names of data set columns; `[]` means "all columns that have this role". */
export interface ColumnsField extends FieldBase<readonly string[]> {
  readonly kind: 'columns';
  readonly role: 'input' | 'target';
}

export type Field =
  NumberField | BooleanField | ChoiceField | TextField | IntegersField | NumbersField | ColumnsField;
export type Fields = Readonly<Record<string, Field>>;
export type ValueOf<F> = F extends FieldBase<infer T> ? T : never;
/** The parameter object that a set of fields describes. */
export type ParamsOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };
/** Parameters whose fields are not known statically, as they stand in a document. */
export type Params = Readonly<Record<string, unknown>>;

type Given<F> = Omit<F, 'kind' | 'integer'>;
export const int = (field: Given<NumberField>): NumberField => ({ kind: 'number', integer: true, ...field });
export const number = (field: Given<NumberField>): NumberField => ({
  kind: 'number',
  integer: false,
  ...field,
});
export const boolean = (field: Given<BooleanField>): BooleanField => ({ kind: 'boolean', ...field });
export const choice = <T extends string>(field: Given<ChoiceField<T>>): ChoiceField<T> => ({
  kind: 'choice',
  ...field,
});
export const text = (field: Given<TextField>): TextField => ({ kind: 'text', ...field });
export const integers = (field: Given<IntegersField>): IntegersField => ({ kind: 'integers', ...field });
export const numbers = (field: Given<NumbersField>): NumbersField => ({ kind: 'numbers', ...field });
export const columns = (field: Given<ColumnsField>): ColumnsField => ({ kind: 'columns', ...field });

export function defaultsOf<F extends Fields>(fields: F): ParamsOf<F> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, field.default]),
  ) as ParamsOf<F>;
}

/** A value that does not fit its field. */
export interface FieldProblem extends Problem {
  readonly field: string;
}

/**
 * Checks `given` against `fields`: missing values take their defaults, wrong ones and unknown names become
 * problems (and the default is used in their place), so that a form can show all of them at once.
 */
export function parseParams<F extends Fields>(
  fields: F,
  given: Params,
): { readonly params: ParamsOf<F>; readonly problems: readonly FieldProblem[] } {
  const params: Record<string, unknown> = {};
  const problems: FieldProblem[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = given[name] ?? field.default;
    const fits = accepts(field, value);
    params[name] = fits ? value : field.default;
    if (!fits) {
      const expected = valuesOf(field);
      problems.push({
        code: 'PARAM_INVALID',
        field: name,
        message: `${field.label} cannot be ${JSON.stringify(value)}.`,
        got: JSON.stringify(value),
        expected,
        fix: `Set ${field.label} to ${expected}.`,
      });
    }
  }
  for (const name of Object.keys(given)) {
    if (name in fields) continue;
    problems.push({
      code: 'PARAM_UNKNOWN',
      field: name,
      message: `There is no parameter called "${name}" here.`,
      got: name,
      expected: Object.keys(fields).join(', ') || 'no parameters',
      fix: `Remove "${name}".`,
    });
  }
  return { params: params as ParamsOf<F>, problems };
}

function accepts(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case 'number':
      return numberFits(field, value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return field.options.some((option) => option.value === value);
    case 'text':
      return typeof value === 'string';
    case 'integers':
      return integersFit(field, value);
    case 'numbers':
      return numbersFit(field, value);
    case 'columns':
      return Array.isArray(value) && value.every((name) => typeof name === 'string');
  }
}

/** What a field accepts, in words. */
export function valuesOf(field: Field): string {
  switch (field.kind) {
    case 'number':
      return numberRange(field);
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${field.options.map((option) => option.value).join(', ')}`;
    case 'text':
      return 'text';
    case 'integers':
      return integersRange(field);
    case 'numbers':
      return field.min === undefined ? 'numbers' : `numbers of at least ${field.min}`;
    case 'columns':
      return 'a list of column names';
  }
}

function numberFits(field: NumberField, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (field.integer && !Number.isInteger(value)) return false;
  if (field.min !== undefined && (field.exclusiveMin ? value <= field.min : value < field.min)) return false;
  return !(field.max !== undefined && (field.exclusiveMax ? value >= field.max : value > field.max));
}

function numberRange(field: NumberField): string {
  const noun = field.integer ? 'a whole number' : 'a number';
  const lower =
    field.min === undefined ? '' : field.exclusiveMin ? ` above ${field.min}` : ` of at least ${field.min}`;
  const upper =
    field.max === undefined ? '' : field.exclusiveMax ? ` below ${field.max}` : ` at most ${field.max}`;
  return `${noun}${lower}${lower && upper ? ' and' : ''}${upper}`;
}

function integersFit(field: IntegersField, value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  if (field.length !== undefined && value.length !== field.length) return false;
  return value.every((part) => Number.isInteger(part) && (field.min === undefined || part >= field.min));
}

function numbersFit(field: NumbersField, value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every((part) => Number.isFinite(part) && (field.min === undefined || part >= field.min));
}

function integersRange(field: IntegersField): string {
  const count = field.length === undefined ? 'whole numbers' : `${field.length} whole numbers`;
  return field.min === undefined ? count : `${count} of at least ${field.min}`;
}
