import { bindColumns, type Binding, type BoundPart } from '../core/binding.ts';
import type { BoundRole, DatasetSchema, Split } from '../core/dataset.ts';
import type { DType } from '../core/dtype.ts';
import { toProblem, type Problem } from '../core/errors.ts';
import { size, type Shape } from '../core/shape.ts';
import { loadRows, type Rows } from '../data/batches.ts';
import type { ModelDocument } from '../graph/document.ts';
import { Bindings } from './bindings.ts';

/** Most values of a tensor that are told; the rest is only counted. */
const MOST_VALUES = 1 << 18;

/** A tensor that a node of a model is given of one row, as it is computed with. */
export interface ModelInput {
  /** The node that binds it; null where the model does not say yet. */
  readonly node: string | null;
  readonly role: BoundRole;
  readonly columns: readonly string[];
  readonly dtype: DType;
  /** Of one row. */
  readonly shape: Shape;
  /** Row-major, the first ones where there are very many. */
  readonly values: readonly number[];
  /** What the places along the last axis are, where they are features. */
  readonly features?: readonly string[];
  /** Names of the indices, one for each value. */
  readonly names?: readonly string[];
}

export interface ModelInputs {
  readonly inputs: readonly ModelInput[];
  /** What is wrong with the model. The inputs are then those of no node: what Inputs of the input columns would be. */
  readonly problem?: Problem;
}

/** What a model is given of one row: normalised, one-hot, as indices. Throws what loading rows throws. */
export async function modelInputs(
  document: ModelDocument,
  rows: Rows,
  split: Split,
  row: number,
): Promise<ModelInputs> {
  const { bound, problem } = boundBy(document, rows.schema);
  const inputs = await Promise.all(
    bound.map(async ({ node, role, binding }): Promise<ModelInput> => {
      const stored = await loadRows(rows, split, binding, row, 1);
      return { node, role, ...describe(binding, stored, role) };
    }),
  );
  return { inputs, ...(problem && { problem }) };
}

interface Bound {
  readonly node: string | null;
  readonly role: BoundRole;
  readonly binding: Binding;
}

function boundBy(
  document: ModelDocument,
  schema: DatasetSchema,
): { readonly bound: readonly Bound[]; readonly problem?: Problem } {
  try {
    const { all } = new Bindings(document, schema);
    const bound = all.map(({ node, role, input }) => ({ node, role, binding: input.binding }));
    return { bound: bound.length > 0 ? bound : byDefault(schema) };
  } catch (error) {
    return { bound: byDefault(schema), problem: toProblem(error) };
  }
}

/** All input columns as one tensor where they can be one, else each by itself. */
function byDefault(schema: DatasetSchema): Bound[] {
  const bind = (names: readonly string[]): Bound => ({
    node: null,
    role: 'input',
    binding: bindColumns(schema, names, 'input'),
  });
  try {
    return [bind([])];
  } catch {
    return schema.columns.filter(({ role }) => role === 'input').map(({ name }) => bind([name]));
  }
}

function describe(
  binding: Binding,
  stored: ArrayLike<number>,
  role: BoundRole,
): Omit<ModelInput, 'node' | 'role'> {
  const { columns, dtype, shape, classes, parts } = binding;
  const scaled = dtype === 'i32' ? undefined : role === 'input' ? binding.affine : binding.scaling;
  const values = Array.from({ length: Math.min(size(shape), MOST_VALUES) }, (_, at) => {
    const channel = scaled ? at % scaled.scale.length : 0;
    const taken = scaled?.log1p?.[channel] ? Math.log1p(stored[at]) : stored[at];
    const value = scaled ? (taken - scaled.offset[channel]) * scaled.scale[channel] : taken;
    return dtype === 'i32' ? value : Number(value.toPrecision(6));
  });
  const features =
    dtype === 'i32' || shape.length !== 1 ? undefined : parts.flatMap((part) => featuresOf(part, binding));
  return {
    columns: columns.map(({ name }) => name),
    dtype: dtype === 'u8' ? 'f32' : dtype,
    shape,
    values,
    ...(features && { features }),
    ...(dtype === 'i32' && classes && { names: values.map((index) => classes[index] ?? `${index}`) }),
  };
}

function featuresOf({ column, width, oneHot }: BoundPart, { columns }: Binding): string[] {
  const { classes } = columns.find(({ name }) => name === column)!;
  return Array.from({ length: width }, (_, at) =>
    oneHot ? `${column} = ${classes?.[at]}` : width === 1 ? column : `${column} ${at + 1}`,
  );
}
