import type { Executor } from '../backends/executor.ts';
import { bindColumns, type Binding, type BoundPart } from '../core/binding.ts';
import type { BoundRole, DatasetSchema, Split } from '../core/dataset.ts';
import type { DType } from '../core/dtype.ts';
import { toProblem, type Problem } from '../core/errors.ts';
import { size, type Shape } from '../core/shape.ts';
import { loadRows, type Rows } from '../data/snapshots/batches.ts';
import type { ModelDocument } from '../graph/document.ts';
import { soundGraph } from '../passes/lower.ts';
import { augment, augmentationOf, type Augmented } from './augmentation.ts';
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
  /** The nodes that have augmented it, in their order. */
  readonly augmentedBy?: readonly string[];
}

export interface ModelInputs {
  readonly inputs: readonly ModelInput[];
  /** What is wrong with the model. The inputs are then those of no node: what Inputs of the input columns would be. */
  readonly problem?: Problem;
  /** The nodes behind Inputs that augment rows while training, where there are any. */
  readonly augmentation?: {
    /** Those that change each row by itself, so that a draw can be shown. */
    readonly layers: readonly string[];
    /** Those that mix rows of a batch. */
    readonly mixing: readonly string[];
  };
}

/** Which draw of the augmentation is wanted, and the device that computes it. */
export interface Drawing {
  readonly draw: number;
  readonly executor: Executor;
}

/**
 * What a model is given of one row: normalised, one-hot, as indices; where a draw is wanted, as augmentation leaves it. Throws what loading
 * rows and the device throw.
 */
export async function modelInputs(
  document: ModelDocument,
  rows: Rows,
  split: Split,
  row: number,
  drawing?: Drawing,
): Promise<ModelInputs> {
  const { bound, problem } = boundBy(document, rows.schema);
  const inputs = await Promise.all(
    bound.map(async ({ node, role, binding }): Promise<ModelInput> => {
      const stored = await loadRows(rows, split, binding, row, 1);
      return { node, role, ...describe(binding, binding.shape, scaled(binding, stored, role)) };
    }),
  );
  if (problem) return { inputs, problem };
  const graph = bound.some(({ node }) => node === null) ? undefined : soundGraph(document, rows.schema);
  const augmentation = graph && augmentationOf(graph, sourcesOf(bound));
  if (!augmentation) return { inputs };
  const { chains, mixing } = augmentation;
  const summary = { layers: [...new Set(chains.flatMap(({ layers }) => layers))], mixing };
  if (!drawing || chains.length === 0) return { inputs, augmentation: summary };
  const { draw, executor } = drawing;
  const drawn = await augment(graph, augmentation, executor, { rows, split, row, draw });
  return { inputs: inputs.flatMap((input, at) => after(input, bound[at], drawn)), augmentation: summary };
}

const sourcesOf = (bound: readonly Bound[]): ReadonlySet<string> =>
  new Set(bound.flatMap(({ node, role }) => (node !== null && role === 'input' ? [node] : [])));

/** An input as each of the ways that begin at it leaves it; as it is where there is none. */
function after(input: ModelInput, { node, role, binding }: Bound, drawn: readonly Augmented[]): ModelInput[] {
  const ends = role === 'input' ? drawn.filter(({ chain }) => chain.input === node) : [];
  if (ends.length === 0) return [input];
  return ends.map(({ chain, shape, values }) => {
    const shown = Array.from(values.subarray(0, MOST_VALUES), (value) => told(value, binding));
    return {
      node,
      role,
      ...describe(binding, shape, shown),
      ...(chain.layers.length > 0 && { augmentedBy: chain.layers }),
    };
  });
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

/** A value with as many digits as a float has. */
const told = (value: number, { dtype }: Binding): number =>
  dtype === 'i32' ? value : Number(value.toPrecision(6));

function scaled(binding: Binding, stored: ArrayLike<number>, role: BoundRole): number[] {
  const { dtype, shape } = binding;
  const scaling = dtype === 'i32' ? undefined : role === 'input' ? binding.affine : binding.scaling;
  return Array.from({ length: Math.min(size(shape), MOST_VALUES) }, (_, at) => {
    const channel = scaling ? at % scaling.scale.length : 0;
    const taken = scaling?.log1p?.[channel] ? Math.log1p(stored[at]) : stored[at];
    return told(scaling ? (taken - scaling.offset[channel]) * scaling.scale[channel] : taken, binding);
  });
}

function describe(
  binding: Binding,
  shape: Shape,
  values: readonly number[],
): Omit<ModelInput, 'node' | 'role'> {
  const { columns, dtype, classes, parts } = binding;
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

function featuresOf({ column, width, oneHot, missing }: BoundPart, { columns }: Binding): string[] {
  if (missing) return [`${column} is missing`];
  const { classes } = columns.find(({ name }) => name === column)!;
  return Array.from({ length: width }, (_, at) =>
    oneHot ? `${column} = ${classes?.[at]}` : width === 1 ? column : `${column} ${at + 1}`,
  );
}
