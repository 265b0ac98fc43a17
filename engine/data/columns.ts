import type { Affine, Column, NumberStatistics } from '../core/dataset.ts';
import { StrataError } from '../core/errors.ts';
import type { ColumnChoice } from '../core/import.ts';
import { naturalOrder } from '../core/natural-order.ts';
import type { Cell, ReaderColumn } from './format.ts';
import { parseNumber } from './table.ts';

/** A column that is being imported: how its cells become stored values. Categories are collected as they come. */
export class ImportedColumn {
  readonly index: number;
  readonly name: string;
  readonly role: 'input' | 'target';
  readonly kind: Column['kind'];
  readonly dtype: Column['dtype'];
  readonly shape: readonly number[];
  private readonly codes = new Map<string, number>();

  constructor(index: number, column: ReaderColumn, { role, kind }: ColumnChoice) {
    this.index = index;
    this.name = column.name;
    this.role = role === 'target' ? 'target' : 'input';
    this.kind = kind;
    this.dtype = kind === 'image' ? 'u8' : kind === 'category' ? 'i32' : 'f32';
    this.shape = kind === 'image' ? (column.shape ?? []) : [];
    for (const name of column.classes ?? []) this.codes.set(name, this.codes.size);
  }

  /** The stored value, null where it is missing, undefined where the cell does not fit the type. */
  store(cell: Cell): number | Uint8Array | null | undefined {
    if (cell === null) return null;
    if (this.kind === 'image') return cell instanceof Uint8Array ? cell : undefined;
    if (this.kind === 'category') return this.code(String(cell).trim());
    const value = typeof cell === 'number' ? cell : parseNumber(String(cell));
    return Number.isFinite(value) ? value : undefined;
  }

  /** Names of the classes whose `used` count is not 0, in the order people expect; for each code its index in them. */
  classes(used: ArrayLike<number>): { readonly names: readonly string[]; readonly indexOf: Int32Array } {
    const names = [...this.codes].flatMap(([name, code]) => (used[code] > 0 ? name : [])).sort(naturalOrder);
    const indexOf = new Int32Array(this.codes.size).fill(-1);
    names.forEach((name, index) => (indexOf[this.codes.get(name)!] = index));
    return { names, indexOf };
  }

  private code(text: string): number {
    let code = this.codes.get(text);
    if (code === undefined) this.codes.set(text, (code = this.codes.size));
    return code;
  }
}

/** The reader's columns with the person's choices; ignored ones are left out. Throws `COLUMN_UNKNOWN`. */
export function chooseColumns(
  columns: readonly ReaderColumn[],
  choices: readonly ColumnChoice[],
): ImportedColumn[] {
  for (const { name } of choices) {
    if (columns.some((column) => column.name === name)) continue;
    throw new StrataError({
      code: 'COLUMN_UNKNOWN',
      message: `The data have no column called "${name}".`,
      got: name,
      expected: columns.map((column) => column.name).join(', '),
      fix: 'Look at the preview for the names of the columns.',
    });
  }
  const chosen = columns.flatMap((column, index) => {
    const choice = choices.find(({ name }) => name === column.name) ?? column;
    return choice.role === 'ignore' ? [] : [new ImportedColumn(index, column, choice)];
  });
  for (const role of ['input', 'target'] as const) {
    if (chosen.some((column) => column.role === role)) continue;
    throw new StrataError({
      code: 'COLUMNS_NO_ROLE',
      message: `No column has the role ${role}.`,
      expected: `at least one ${role} column`,
      fix: `Give a column the role ${role}.`,
    });
  }
  return chosen;
}

/** Running mean and variance of one feature (Welford, 1962), with its extremes. */
export class Moments {
  private count = 0;
  private mean = 0;
  private squares = 0;
  private least = Infinity;
  private most = -Infinity;

  add(value: number): void {
    this.count++;
    const difference = value - this.mean;
    this.mean += difference / this.count;
    this.squares += difference * (value - this.mean);
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
  }

  statistics(): NumberStatistics {
    if (this.count === 0) return { min: 0, max: 0, mean: 0, standardDeviation: 0 };
    const standardDeviation = Math.sqrt(this.squares / this.count);
    return { min: this.least, max: this.most, mean: this.mean, standardDeviation };
  }
}

/** Mean 0, deviation 1; a feature that never changes is only centred. */
export function standardise(features: readonly NumberStatistics[]): Affine {
  return {
    offset: features.map(({ mean }) => mean),
    scale: features.map(({ standardDeviation }) => (standardDeviation > 0 ? 1 / standardDeviation : 1)),
  };
}
