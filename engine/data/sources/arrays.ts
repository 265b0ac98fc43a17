import type { Split } from '../../core/dataset.ts';
import { StrataError, type Problem } from '../../core/errors.ts';
import { size } from '../../core/shape.ts';
import type { Cells, Reader, ReaderColumn, RowBatch } from '../format.ts';
import { cellOf } from '../tables/typed-table.ts';

/** Data sets made of whole arrays, a row per entry of the first axis: what the readers of NPY, NPZ and safetensors share. */
export interface DataArray {
  /** e.g. `x_train`, `test_labels`, `y`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whole numbers, truth values or texts: what classes are written in. */
  readonly discrete: boolean;
  /** Bytes 0 … 255, as pixels are. */
  readonly bytes: boolean;
  /** Days or moments, as texts. */
  readonly dates?: boolean;
  /** Entries `[start, end)` of the first axis, one value behind the other. */
  read(start: number, end: number): Promise<ArrayLike<number | string>>;
}

/** Values and rows that are read at once. */
const BATCH_VALUES = 2 ** 18;
const BATCH_ROWS = 4096;
/** A table with more columns than this is one column of tensors. */
const MOST_COLUMNS = 64;

const SPLIT_WORD = '(train|training|val|valid|validation|dev|test|testing)';
const SPLIT_FIRST = new RegExp(`^${SPLIT_WORD}(?:[_.\\- ]+(.*))?$`, 'i');
const SPLIT_LAST = new RegExp(`^(.*?)[_.\\- ]+${SPLIT_WORD}$`, 'i');
const TARGET = /^(y|labels?|targets?|class(es)?)$/i;

/** Rows of one part of the data set: an array for each base name. */
interface Part {
  readonly split: Split | null;
  readonly arrays: ReadonlyMap<string, DataArray>;
  readonly rows: number;
}

/** Opens arrays as a data set. Throws `ARRAYS_NONE` or `ARRAYS_MISMATCH`. */
export function arrayReader(
  arrays: readonly DataArray[],
  where: string,
  warnings: readonly Problem[] = [],
): Reader {
  const parts = partsOf(arrays, where);
  const [first] = parts;
  const fields = [...first.arrays].map(([base, array]) => fieldOf(base, array));
  const withTarget = chooseTarget(fields);
  const total = parts.reduce((sum, { rows }) => sum + rows, 0);
  return {
    columns: withTarget.flatMap(({ columns }) => columns),
    totalRows: total,
    totalWork: total,
    reasons: parts.flatMap(
      ({ split, rows, arrays: of }) =>
        `${[...of.values()].map(({ name }) => name).join(' and ')}: ${rows} rows${split ? `, for ${split}` : ''}.`,
    ),
    warnings,
    async *rows(): AsyncIterable<RowBatch> {
      let done = 0;
      for (const part of parts) {
        const step = batchRows(part);
        for (let start = 0; start < part.rows; start += step) {
          const end = Math.min(part.rows, start + step);
          const length = end - start;
          const columns = await columnsOf(part, fields, start, end);
          done += length;
          const splits = Array.from({ length }, () => part.split);
          yield { rows: { length, columns }, splits, problems: [], done };
        }
      }
    },
  };
}

function partsOf(arrays: readonly DataArray[], where: string): Part[] {
  const groups = new Map<Split | null, Map<string, DataArray>>();
  for (const array of arrays.filter(({ shape }) => shape.length > 0 && size(shape) > 0)) {
    const { split, base } = nameOf(array.name);
    const group = groups.get(split) ?? new Map<string, DataArray>();
    groups.set(split, group.set(base, array));
  }
  if (groups.size === 0) throw noArrays(where);
  const parts = [...groups].map(([split, group]): Part => ({
    split: groups.size > 1 ? split : null,
    arrays: group,
    rows: [...group.values()][0].shape[0],
  }));
  for (const part of parts) requireFit(part, parts[0], where);
  return parts;
}

function nameOf(name: string): { readonly split: Split | null; readonly base: string } {
  const first = SPLIT_FIRST.exec(name);
  const last = first ? null : SPLIT_LAST.exec(name);
  const word = (first?.[1] ?? last?.[2])?.toLowerCase();
  const base = (first ? first[2] : last?.[1]) || (word ? 'data' : name);
  if (!word) return { split: null, base };
  return {
    split: word.startsWith('train') ? 'train' : word.startsWith('test') ? 'test' : 'validation',
    base,
  };
}

/** All arrays of a part have as many rows, and rows of the same shape as in the other parts. */
function requireFit(part: Part, first: Part, where: string): void {
  for (const [base, array] of part.arrays) {
    const pattern = first.arrays.get(base);
    const fits = pattern && pattern.shape.slice(1).join() === array.shape.slice(1).join();
    if (array.shape[0] === part.rows && fits && part.arrays.size === first.arrays.size) continue;
    throw new StrataError({
      code: 'ARRAYS_MISMATCH',
      message: `The array "${array.name}" does not fit the others.`,
      where,
      got: array.shape.join(' × '),
      expected: `${part.rows} rows${pattern ? ` of ${pattern.shape.slice(1).join(' × ') || 'one value'}` : ''}`,
      fix: 'Keep only arrays with one entry per row in the file, the same ones for each part.',
    });
  }
}

/** The columns that an array becomes, and how its values are cut into their cells. */
interface ArrayField {
  readonly base: string;
  readonly array: DataArray;
  readonly columns: readonly ReaderColumn[];
  cells(values: ArrayLike<number | string>): Cells[];
}

function fieldOf(base: string, array: DataArray): ArrayField {
  const shape = array.shape.slice(1);
  const width = size(shape);
  if (width === 1 || (shape.length === 1 && width <= MOST_COLUMNS)) {
    const names = width === 1 ? [base] : Array.from({ length: width }, (_, at) => `${base}.${at}`);
    const kind = array.dates ? 'date' : array.discrete && TARGET.test(base) ? 'category' : 'number';
    const columns = names.map((name) => ({ name, kind, role: 'input' as const }));
    return { base, array, columns, cells: (values) => names.map((_, at) => singleCells(values, at, width)) };
  }
  const image = array.bytes && (shape.length === 2 || (shape.length === 3 && [1, 3].includes(shape[2])));
  const pixels = image && shape.length === 2 ? [...shape, 1] : shape;
  const columns = [{ name: base, kind: image ? 'image' : 'tensor', role: 'input' as const, shape: pixels }];
  const make = image
    ? (length: number) => new Uint8Array(length)
    : (length: number) => new Float32Array(length);
  return {
    base,
    array,
    columns,
    cells(values) {
      const at = (row: number) => {
        const cell = make(width);
        for (let place = 0; place < width; place++) cell[place] = Number(values[row * width + place]);
        return cell;
      };
      return [{ at, numbers: (into) => into.fill(Number.NaN) }];
    },
  };
}

/** Every so many values, from one on. */
const singleCells = (values: ArrayLike<number | string>, first: number, width: number): Cells => ({
  at: (row) => cellOf(values[row * width + first]),
  numbers(into) {
    for (let row = 0; row < into.length; row++) {
      const value = values[row * width + first];
      into[row] = typeof value === 'number' ? value : Number.NaN;
    }
  },
});

/** What is called so, else the last single column of whole numbers or texts, is what a model is to predict. */
function chooseTarget(fields: readonly ArrayField[]): ArrayField[] {
  const named = fields.find(({ base }) => TARGET.test(base));
  const target =
    named ??
    (fields.length > 1
      ? fields.findLast(({ columns, array }) => columns.length === 1 && array.discrete)
      : undefined);
  return fields.map((field) => {
    if (field !== target) return field;
    const columns = field.columns.map((column) => ({
      ...column,
      role: 'target' as const,
      kind: column.kind === 'number' && field.array.discrete ? 'category' : column.kind,
    }));
    return { ...field, columns };
  });
}

function batchRows({ arrays }: Part): number {
  const values = [...arrays.values()].reduce((sum, { shape }) => sum + size(shape.slice(1)), 0);
  return Math.min(BATCH_ROWS, Math.max(1, Math.floor(BATCH_VALUES / values)));
}

async function columnsOf(
  { arrays }: Part,
  fields: readonly ArrayField[],
  start: number,
  end: number,
): Promise<Cells[]> {
  const cells = await Promise.all(
    fields.map(async (field) => field.cells(await arrays.get(field.base)!.read(start, end))),
  );
  return cells.flat();
}

function noArrays(where: string): StrataError {
  return new StrataError({
    code: 'ARRAYS_NONE',
    message: 'The file holds no arrays with rows.',
    where,
    expected: 'at least one array with an entry per row',
    fix: 'Choose another file.',
  });
}
