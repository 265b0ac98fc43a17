import type { Problem } from '../../core/errors.ts';
import { size } from '../../core/shape.ts';
import type { Cell, ReaderColumn, RowBatch } from '../format.ts';
import { numbersOf } from '../kinds/numbers-in.ts';
import { cellOf } from './typed-table.ts';

/** So much of a file is read for the layout of its records, and all of a smaller one. */
export const LAYOUT_BYTES = 2 * 2 ** 20;
/** Lists of as many numbers become a column each; longer ones are a tensor. */
const MOST_APART = 16;
/** A share of lists that must have one shape. */
const REGULAR_SHARE = 0.9;

/**
 * How records become rows: values by path, so that `{a: {b: 1}, c: [2, 3]}` has the columns `a.b`, `c.0` and `c.1`. Lists of texts are one
 * column of tokens, long lists of numbers one of tensors.
 */
export class RecordLayout {
  /** Names of all columns, in the order in which they come up. */
  readonly names: readonly string[];
  /** Columns that take a whole list. */
  readonly lists: ReadonlyMap<string, ReaderColumn>;
  private readonly known: ReadonlySet<string>;

  /** By the first records. */
  constructor(records: readonly object[]) {
    this.lists = listColumns(records);
    const rows = records.map((record) => this.flatten(record));
    const names = [...new Set(rows.flatMap((cells) => [...cells.keys()]))];
    const outer = new Set(names.flatMap(pathsAround));
    // A record that is missing here and there is no column beside those of its values.
    this.names = names.filter(
      (name) => !outer.has(name) || rows.some((cells) => (cells.get(name) ?? null) !== null),
    );
    this.known = new Set(this.names);
  }

  /** The cells of a record; `note` is told the paths of values that have no column. */
  rowOf(record: object, note?: (path: string) => void): Cell[] {
    const cells = this.flatten(record);
    if (note) for (const [path, cell] of cells) if (cell !== null && !this.known.has(path)) note(path);
    return this.names.map((name) => cells.get(name) ?? null);
  }

  private flatten(record: object): Map<string, Cell> {
    const cells = new Map<string, Cell>();
    visit(record, '', (value, path) => {
      const column = this.lists.get(path);
      if (column === undefined && isNested(value)) return true;
      cells.set(path, column ? listCell(value, column) : cellOf(value));
      return false;
    });
    return cells;
  }
}

/** Names that are told of; there may be any number of them. */
const MOST_NAMES = 1000;

/** Values of records that have no column, since the first records had none such: what they are called, and where they begin. */
export class Surplus {
  private readonly names = new Set<string>();
  private problems: Problem[] = [];

  note(path: string, place: string): void {
    const name = path.replace(/\.\d+(\..*)?$/, '');
    if (this.names.has(name) || this.names.size === MOST_NAMES) return;
    this.names.add(name);
    this.problems.push({
      code: 'RECORD_SURPLUS',
      message: `Values of "${name}" were left out that the first rows do not have; their rows were read.`,
      where: `${place} and further on`,
      got: `a value for "${path}"`,
      expected: 'names and lengths of lists as in the first rows',
      fix: 'Put a row that has all values first, and give all lists the same length.',
    });
  }

  /** Batches that tell what has been noted while they were read. */
  async *toldIn(batches: AsyncIterable<RowBatch>): AsyncIterable<RowBatch> {
    for await (const batch of batches) {
      const { problems } = this;
      this.problems = [];
      yield { ...batch, problems: [...batch.problems, ...problems] };
    }
  }
}

/** Calls `see` with each value and its path; where that says so, with those inside of it. */
function visit(value: unknown, path: string, see: (value: unknown, path: string) => boolean): void {
  if (path !== '' && !see(value, path)) return;
  for (const [name, part] of Object.entries(value as object))
    visit(part, path === '' ? name : `${path}.${name}`, see);
}

/** `a` and `a.b` of `a.b.c`. */
const pathsAround = (path: string): string[] =>
  Array.from(path.matchAll(/\./g), ({ index }) => path.slice(0, index));

/** True for lists and records. */
export const isNested = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array);

function listColumns(records: readonly object[]): Map<string, ReaderColumn> {
  const lists = listsOf(records);
  const columns = new Map<string, ReaderColumn>();
  for (const [path, values] of lists) {
    const column = columnOf(path, values);
    if (column) columns.set(path, column);
  }
  const tags = tagsAmong(lists, columns);
  if (tags) columns.set(tags, { name: tags, kind: 'tags', role: 'target', reason: aboutTags(tags) });
  return columns;
}

type List = readonly unknown[];

/** The lists of all paths where nothing else stands, by record. */
function listsOf(records: readonly object[]): Map<string, (List | undefined)[]> {
  const lists = new Map<string, (List | undefined)[]>();
  const others = new Set<string>();
  for (const [at, record] of records.entries())
    visit(record, '', (value, path) => {
      if (!Array.isArray(value)) {
        if (value !== null && value !== undefined) others.add(path);
        return isNested(value);
      }
      if (!lists.has(path))
        lists.set(
          path,
          Array.from(records, () => undefined),
        );
      lists.get(path)![at] = value;
      return true;
    });
  for (const path of others) lists.delete(path);
  return lists;
}

/** The column of lists that stay whole; undefined where every element has one of its own. */
function columnOf(name: string, lists: readonly (List | undefined)[]): ReaderColumn | undefined {
  const present = lists.filter((list) => list !== undefined);
  const elements = present.flat();
  if (elements.length > 0 && elements.every((element) => typeof element === 'string'))
    return {
      name,
      kind: 'text',
      role: 'input',
      reason: `Column "${name}" holds lists of texts: its tokens.`,
    };
  const shape = commonShape(present);
  if (shape === undefined) return sequenceOf(name, present);
  if (size(shape) <= MOST_APART) return undefined;
  const reason = `Column "${name}" holds ${size(shape)} numbers in each row: a tensor.`;
  return { name, kind: 'tensor', role: 'input', shape, reason };
}

/** Lists of numbers, or of as many of them in each step, and of different lengths. */
function sequenceOf(name: string, lists: readonly List[]): ReaderColumn | undefined {
  const step = commonShape(lists.flat().map((element) => [element]));
  if (step === undefined || step.length > 2) return undefined;
  const [, channels = 1] = step;
  const reason = `Column "${name}" holds lists of different lengths: a sequence.`;
  return { name, kind: 'sequence', role: 'input', options: { channels }, reason };
}

/** The shape that nearly all lists have; the others are bad rows. */
function commonShape(lists: readonly List[]): number[] | undefined {
  const counts = new Map<string, { readonly shape: number[]; count: number }>();
  for (const shape of lists.map((list) => shapeOf(list) ?? [])) {
    const same = counts.get(String(shape));
    if (same) same.count++;
    else counts.set(String(shape), { shape, count: 1 });
  }
  const common = [...counts.values()].find(({ count }) => count >= lists.length * REGULAR_SHARE);
  return common?.shape.length === 0 ? undefined : common?.shape;
}

/** The shape of numbers in lists of equal lengths. */
function shapeOf(value: unknown): number[] | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return [];
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const [first, ...others] = value.map(shapeOf);
  const regular = first && others.every((other) => other && String(other) === String(first));
  return regular ? [value.length, ...first] : undefined;
}

/** A list beside that of tokens, as long as it in each record and with fewer different elements: a tag for each token. */
function tagsAmong(
  lists: ReadonlyMap<string, readonly (List | undefined)[]>,
  columns: ReadonlyMap<string, ReaderColumn>,
): string | undefined {
  const different = (path: string): number => new Set(lists.get(path)!.flat()).size;
  const texts = [...columns.values()].filter(({ kind }) => kind === 'text').map(({ name }) => name);
  const [tokens] = texts.sort((a, b) => different(b) - different(a));
  if (tokens === undefined) return undefined;
  return [...lists.keys()].find(
    (path) =>
      path !== tokens &&
      lists.get(path)!.every((list, at) => list?.length === lists.get(tokens)![at]?.length) &&
      lists.get(path)!.flat().every(isTag) &&
      different(path) < different(tokens),
  );
}

const isTag = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'bigint' || Number.isInteger(value);

const aboutTags = (name: string): string =>
  `Column "${name}" has one element for each token: its tag. Let the loss ignore index 0, which fills up short rows.`;

/** A list as its column wants it; anything else as it would be without it, which does not fit and is reported. */
function listCell(value: unknown, { kind, shape = [] }: ReaderColumn): Cell {
  if (!Array.isArray(value)) return cellOf(value);
  if (kind === 'text' || kind === 'tags') return value.map(String);
  const numbers = numbersOf(value);
  const fits = numbers && (kind === 'sequence' || numbers.length === size(shape));
  return fits ? (numbers as Float32Array) : cellOf(value);
}
