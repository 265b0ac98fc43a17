import type { TypedArray } from '../../core/dtype.ts';
import { naturalOrder } from '../../core/natural-order.ts';
import type { Cell } from '../format.ts';
import { emptyColumn } from './empty.ts';
import { defineKind, type ColumnImport, type FitContext, type StagedRow } from './kind.ts';

export default defineKind({
  id: 'category',
  title: 'Category',
  doc: 'One of several classes. As an input it becomes a 1 among zeros, or an index for an Embedding; missing ones become the most frequent class of the training rows.',
  fields: {},
  begin: ({ classes = [] }) => new Categories(classes),
  read: ([index], { classes }) => ({ form: 'class', index, name: classes?.[index] ?? `${index}` }),
});

const MISSING = -1;

/** Classes get codes in the order in which they come up, and their final numbers once all are known. */
class Categories implements ColumnImport {
  readonly form = { dtype: 'i32', shape: [] } as const;
  readonly missing = MISSING;
  readonly codes = true;
  private readonly codeOf = new Map<string, number>();

  constructor(known: readonly string[]) {
    for (const name of known) this.code(name);
  }

  stage(cell: NonNullable<Cell>): number | undefined {
    return typeof cell === 'object' ? undefined : this.code(String(cell).trim());
  }

  /** Counts rows per class: over all parts, and in the training part, whose most frequent class fills missing values. */
  async fit({ name, rows, isTraining }: FitContext) {
    const used = new Float64Array(this.codeOf.size);
    const trained = new Float64Array(this.codeOf.size);
    let missing = 0;
    let row = 0;
    const count = (codes: TypedArray): void => {
      for (let at = 0; at < codes.length; at++, row++) {
        const code = codes[at];
        if (code === MISSING) missing++;
        else {
          used[code]++;
          if (isTraining(row)) trained[code]++;
        }
      }
    };
    for await (const batch of rows()) count(batch as TypedArray);
    const { names, indexOf } = this.classes(used);
    if (names.length === 0) throw emptyColumn(name);
    const counts = names.map(() => 0);
    used.forEach((rows, code) => {
      if (rows > 0) counts[indexOf[code]] = rows;
    });
    const filler = trained.reduce((best, count, code) => (count > (trained[best] ?? 0) ? code : best), -1);
    const column = { ...this.form, missing, classes: names, counts };
    const filled = Math.max(0, indexOf[filler] ?? 0);
    return {
      column,
      convert: (code: StagedRow) => (code === MISSING ? filled : indexOf[Number(code)]),
    };
  }

  /** Names of the classes that are used, in the order people expect; for each code its index in them. */
  private classes(used: ArrayLike<number>): {
    readonly names: readonly string[];
    readonly indexOf: Int32Array;
  } {
    const names = [...this.codeOf].flatMap(([name, code]) => (used[code] > 0 ? name : [])).sort(naturalOrder);
    const indexOf = new Int32Array(this.codeOf.size).fill(-1);
    names.forEach((name, index) => (indexOf[this.codeOf.get(name)!] = index));
    return { names, indexOf };
  }

  private code(text: string): number {
    let code = this.codeOf.get(text);
    if (code === undefined) this.codeOf.set(text, (code = this.codeOf.size));
    return code;
  }
}
