import type { TypedArray } from '../../core/dtype.ts';
import { text } from '../../core/fields.ts';
import { naturalOrder } from '../../core/natural-order.ts';
import type { Cell } from '../format.ts';
import { emptyColumn } from './empty.ts';
import { defineKind, type ColumnImport, type FitContext, type StagedRow } from './kind.ts';

export default defineKind({
  id: 'category',
  title: 'Category',
  doc: 'One of several classes. As an input it becomes a 1 among zeros, or an index for an Embedding; missing ones become the most frequent class of the training rows.',
  fields: {
    vocabulary: text({
      label: 'Shared classes',
      help: 'Columns with the same word here have the same classes, for one Embedding: the two ends of a triple. Empty: classes of its own.',
      default: '',
      advanced: true,
    }),
  },
  begin({ classes = [] }, { vocabulary }, common) {
    if (vocabulary === '') return new Categories(classes, new Map(), false);
    const codes = (common.get(vocabulary) as Codes | undefined) ?? new Map<string, number>();
    common.set(vocabulary, codes);
    return new Categories(classes, codes, true);
  },
  read: ([index], { classes }) => ({ form: 'class', index, name: classes?.[index] ?? `${index}` }),
});

const MISSING = -1;

/** Codes of classes in the order in which they come up. */
type Codes = Map<string, number>;

/** Classes get codes in the order in which they come up, and their final numbers once all are known. */
class Categories implements ColumnImport {
  readonly form = { dtype: 'i32', shape: [] } as const;
  readonly missing = MISSING;
  readonly codes = true;
  private readonly codeOf: Codes;
  /** True where other columns use the same codes: then a class counts as used wherever it comes up. */
  private readonly shared: boolean;

  constructor(known: readonly string[], codes: Codes, shared: boolean) {
    this.codeOf = codes;
    this.shared = shared;
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
    const names = [...this.codeOf]
      .flatMap(([name, code]) => (this.shared || used[code] > 0 ? name : []))
      .sort(naturalOrder);
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
