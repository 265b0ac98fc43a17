import { isKept } from './kept-text.ts';
import type { Affine, BoundRole, Column, DatasetSchema } from './dataset.ts';
import type { DType } from './dtype.ts';
import { StrataError } from './errors.ts';
import { formatShape, sameShape, size } from './shape.ts';

/** One column inside the tensor that a node binds. */
export interface BoundPart {
  readonly column: string;
  /** Where its values begin at each position, and how many there are; a row has one position but where tensors are joined. */
  readonly offset: number;
  readonly width: number;
  /** A category that becomes a row of zeros with a single 1. */
  readonly oneHot: boolean;
  /** In the place of the values, whether they were missing: 1 or 0. */
  readonly missing?: true;
}

/** What a node of the graph sees of a data set: one tensor, made of one or more columns. */
export interface Binding {
  readonly columns: readonly Column[];
  readonly dtype: DType;
  /** Shape of one row. */
  readonly shape: readonly number[];
  readonly parts: readonly BoundPart[];
  /** To be applied on the device, one entry per element of the last axis. */
  readonly affine?: Affine;
  /** How a loss of numbers scales what is read from target columns, one entry per element of the last axis. */
  readonly scaling?: Affine;
  /** Names of the indices, where they are those of categories. */
  readonly classes?: readonly string[];
  /** Indices of input columns only: how many there are, as far as the data set tells. */
  readonly vocabulary?: number;
}

/** What a model sees of input columns: real numbers, categories one-hot; or whole numbers, to be looked up. */
export type Encoding = 'features' | 'indices';

/** What a binding is called: the same columns read in the same way are one tensor. */
export function bindingKey(names: readonly string[], role: string, encoding: Encoding = 'features'): string {
  const chosen = [role, ...names].join(' ');
  return encoding === 'features' ? chosen : `${chosen} as ${encoding}`;
}

/**
 * Binds columns by name, or all columns of a role where `names` is empty. Numbers and categories join into one row of
 * features (a category as one-hot, and whether it was missing where that is told), or into a sequence of indices; an image, a signal or a text stays what it is, windows of several
 * series join step by step, and an image may be one of indices; a target category is its class index. Throws `DATA_COLUMN_UNKNOWN`, `DATA_COLUMN_KEPT`, `DATA_NO_COLUMNS`, `DATA_COLUMNS_MIXED` or `DATA_NOT_INDICES`.
 */
export function bindColumns(
  schema: DatasetSchema,
  names: readonly string[],
  role: BoundRole,
  encoding: Encoding = 'features',
): Binding {
  const binding = bindWhole(schema, names, role, encoding);
  const [length] = binding.shape;
  return isSequence(binding) ? { ...binding, shape: [schema.cut?.[length] ?? length] } : binding;
}

/** True for tokens, which have one length as they are stored and may have less to say. */
export const isSequence = ({ dtype, shape }: Pick<Binding, 'dtype' | 'shape'>): boolean =>
  dtype === 'i32' && shape.length === 1;

function bindWhole(
  schema: DatasetSchema,
  names: readonly string[],
  role: BoundRole,
  encoding: Encoding,
): Binding {
  const columns =
    names.length > 0
      ? names.map((name) => boundColumn(schema, name))
      : schema.columns.filter((column) => column.role === role);
  if (columns.length === 0) {
    throw new StrataError({
      code: 'DATA_NO_COLUMNS',
      message: `The data set "${schema.name}" has no ${role} column.`,
      fix: `Import it again and give at least one column the role ${role}.`,
    });
  }
  const [first] = columns;
  if (encoding === 'indices' && isIndexMap(columns)) return bindIndexMap(first);
  if (columns.length === 1 && isTensor(first)) return bindTensor(first);
  if (encoding === 'indices') return bindIndices(columns);
  if (columns.length === 1 && isCategory(first) && role === 'target') return bindClass(first);
  return bindFeatures(columns, role);
}

/** Throws `DATA_COLUMN_UNKNOWN`. */
export function columnNamed(schema: DatasetSchema, name: string): Column {
  const column = schema.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw new StrataError({
    code: 'DATA_COLUMN_UNKNOWN',
    message: `The data set "${schema.name}" has no column called "${name}".`,
    got: name,
    expected: schema.columns.map((candidate) => candidate.name).join(', '),
    fix: 'Choose the columns again in the inspector.',
  });
}

function boundColumn(schema: DatasetSchema, name: string): Column {
  const column = columnNamed(schema, name);
  if (isKept(column)) throw kept(column);
  return column;
}

function kept({ name, role }: Column): StrataError {
  return new StrataError({
    code: 'DATA_COLUMN_KEPT',
    message: `The column "${name}" has the role ${role}, so no model is given it.`,
    got: role,
    expected: 'an input or target column',
    fix: 'Choose another column, or import the data again and make it an input.',
  });
}

const isTensor = ({ shape }: Column): boolean => shape.length > 0;
const isCategory = ({ dtype, shape }: Column): boolean => dtype === 'i32' && shape.length === 0;

/** An image, its boxes, a signal, or a text as indices of its tokens: as it is stored. */
function bindTensor(column: Column): Binding {
  const { name, dtype, shape, normalisation, scaling, classes } = column;
  const parts = [{ column: name, offset: 0, width: size(shape), oneHot: false }];
  const known = classes && { classes, ...(dtype === 'i32' && { vocabulary: classes.length }) };
  return {
    columns: [column],
    dtype,
    shape,
    parts,
    ...(normalisation && { affine: normalisation }),
    ...(scaling && { scaling }),
    ...known,
  };
}

function bindClass(column: Column): Binding {
  const parts = [{ column: column.name, offset: 0, width: 1, oneHot: false }];
  return { columns: [column], dtype: 'i32', shape: [], parts, classes: column.classes };
}

/** An image of one channel, whose values are the classes of its pixels. */
const isIndexMap = ([{ kind, shape }, ...others]: readonly Column[]): boolean =>
  others.length === 0 && kind === 'image' && shape.at(-1) === 1;

function bindIndexMap(column: Column): Binding {
  const { columns, parts } = bindTensor(column);
  return { columns, parts, dtype: 'i32', shape: column.shape.slice(0, -1) };
}

/** One index per row, or a sequence of them that share one vocabulary. Stored values, not normalised ones. */
function bindIndices(columns: readonly Column[]): Binding {
  const [first] = columns;
  const misfit =
    columns.find((column) => !holdsIndices(column)) ??
    columns.find(({ classes }) => classes?.join('\n') !== first.classes?.join('\n'));
  if (misfit) throw notIndices(misfit);
  const parts = columns.map(({ name }, offset) => ({ column: name, offset, width: 1, oneHot: false }));
  const { classes } = first;
  const largest = Math.max(...columns.map(({ statistics }) => statistics?.max ?? NaN));
  const vocabulary = classes?.length ?? largest + 1;
  return {
    columns,
    dtype: 'i32',
    shape: columns.length === 1 ? [] : [columns.length],
    parts,
    ...(vocabulary > 0 && { vocabulary }),
    ...(classes && { classes }),
  };
}

function holdsIndices(column: Column): boolean {
  if (isCategory(column) || isTensor(column)) return isCategory(column);
  const { statistics } = column;
  return (
    !statistics ||
    (statistics.min >= 0 && Number.isInteger(statistics.min) && Number.isInteger(statistics.max))
  );
}

function notIndices(column: Column): StrataError {
  const { name, statistics } = column;
  const range = statistics ? ` from ${statistics.min} to ${statistics.max}` : '';
  return new StrataError({
    code: 'DATA_NOT_INDICES',
    message: `The column "${name}" cannot be read as indices here.`,
    got: isTensor(column) ? 'a tensor' : isCategory(column) ? 'categories of its own' : `numbers${range}`,
    expected: 'whole numbers from 0 on, or categories of the same classes',
    fix: 'Read this column with an Input of its own, or import its values as numbers that count from 0.',
  });
}

/** Numbers and categories side by side; of tensors the last axes, position by position. */
function bindFeatures(columns: readonly Column[], role: BoundRole): Binding {
  requireAlike(columns);
  const parts: BoundPart[] = [];
  let width = 0;
  for (const column of columns) {
    const oneHot = isCategory(column);
    const taken = oneHot ? (column.classes?.length ?? 1) : lastAxis(column);
    parts.push({ column: column.name, offset: width, width: taken, oneHot });
    width += taken;
    if (role === 'input' && column.missingIndicator)
      parts.push({ column: column.name, offset: width++, width: 1, oneHot: false, missing: true });
  }
  const shape = [...positionsOf(columns[0]), width];
  const bound: Binding = { columns, dtype: 'f32', shape, parts };
  const values = parts.filter(({ missing }) => !missing);
  const joined = (of: (column: Column) => Affine | undefined) => joinedAffine(columns.map(of), values, width);
  if (role !== 'target') {
    const affine = joined(({ normalisation }) => normalisation);
    return { ...bound, ...(affine && { affine }) };
  }
  // Targets stay in their own units, so that errors can be read in them.
  const scaling = joined((column) => column.scaling);
  return { ...bound, ...(scaling && { scaling }) };
}

/** Values that a column has at each position: features of a row, channels of an image. */
const lastAxis = ({ shape }: Column): number => shape.at(-1) ?? 1;
const positionsOf = ({ shape }: Column): readonly number[] => shape.slice(0, -1);

function requireAlike(columns: readonly Column[]): void {
  const tensor = columns.find(isTensor);
  if (!tensor) return;
  const fits = (column: Column): boolean =>
    (column.dtype === 'f32' || isCategory(column)) && sameShape(positionsOf(column), positionsOf(tensor));
  if (columns.every(fits)) return;
  throw new StrataError({
    code: 'DATA_COLUMNS_MIXED',
    message: `The column "${tensor.name}" (${tensor.kind}) cannot share a tensor with other columns.`,
    got: columns.map(({ name, shape }) => `${name} [${formatShape(shape)}]`).join(', '),
    expected: `a column of kind ${tensor.kind} alone, or real numbers of as many steps`,
    fix: 'Use one Input for this column and another one for the others.',
  });
}

function joinedAffine(
  affines: readonly (Affine | undefined)[],
  parts: readonly BoundPart[],
  width: number,
): Affine | undefined {
  if (affines.every((affine) => !affine)) return undefined;
  const offset = new Array<number>(width).fill(0);
  const scale = new Array<number>(width).fill(1);
  const log1p = new Array<boolean>(width).fill(false);
  affines.forEach((affine, at) => {
    affine?.offset.forEach((value, feature) => (offset[parts[at].offset + feature] = value));
    affine?.scale.forEach((value, feature) => (scale[parts[at].offset + feature] = value));
    affine?.log1p?.forEach((value, feature) => (log1p[parts[at].offset + feature] = value));
  });
  return { offset, scale, ...(log1p.includes(true) && { log1p }) };
}
