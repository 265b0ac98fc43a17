import type { TypedArray } from '../../core/dtype.ts';
import { choice, int, text } from '../../core/fields.ts';
import type { MissingPolicy } from '../../core/import.ts';
import { naturalOrder } from '../../core/natural-order.ts';
import type { Cell } from '../format.ts';
import { showTensor } from '../snapshots/show-tensor.ts';
import { classIndex } from './class-index.ts';
import { emptyColumn } from './empty.ts';
import { defineKind, inPlace, type ColumnImport, type FitContext } from './kind.ts';
import { INDICATOR, indicatorOf, LEAVING, policyOf } from './missing.ts';

/** Classes of what is missing, and of all that is rare. */
const ABSENT = '(missing)';
const OTHER = '(other)';

export default defineKind({
  id: 'category',
  title: 'Category',
  doc: 'One of several classes. As an input it becomes a 1 among zeros, or an index for an Embedding; missing ones are filled in, rare ones can be joined.',
  fields: {
    missing: choice({
      label: 'Missing values',
      help: `What becomes of them in this column. As a class of their own they are called ${ABSENT}.`,
      default: 'usual',
      options: [
        { value: 'usual', label: 'as chosen for all columns' },
        { value: 'frequent', label: 'become the most frequent class' },
        { value: 'class', label: 'are a class of their own' },
        ...LEAVING,
      ],
    }),
    indicator: INDICATOR,
    fewest: int({
      label: 'Rarest class',
      help: `Classes with fewer training rows become ${OTHER}, as do classes that a model meets later. 0: all stay.`,
      default: 0,
      min: 0,
    }),
    most: int({
      label: 'Most classes',
      help: `The most frequent classes stay, as many as this; the rest become ${OTHER}. 0: all stay.`,
      default: 0,
      min: 0,
    }),
    vocabulary: text({
      label: 'Shared classes',
      help: 'Columns with the same word here have the same classes, for one Embedding: the two ends of a triple. Empty: classes of its own.',
      default: '',
      advanced: true,
    }),
  },
  begin({ classes = [] }, { vocabulary, ...cleaning }, common) {
    if (vocabulary === '') return new Categories(classes, new Map(), false, cleaning);
    const codes = (common.get(vocabulary) as Codes | undefined) ?? new Map<string, number>();
    common.set(vocabulary, codes);
    return new Categories(classes, codes, true, cleaning);
  },
  steps: ({ column, convert }) => {
    const width = column.classes!.length;
    return {
      column: { ...column, dtype: 'f32', shape: [width] },
      convert: (staged) => oneHot(Number(convert(staged)), width),
    };
  },
  store(cell, { classes = [], shape, other }) {
    if (typeof cell === 'object' || cell === undefined) return undefined;
    const index = classIndex(classes).get(String(cell).trim()) ?? other;
    return shape.length === 0 || index === undefined ? index : oneHot(index, classes.length);
  },
  read(stored, column, size) {
    if (column.shape.length > 0) return showTensor(stored, column, size);
    const [index] = stored;
    return { form: 'class', index, name: column.classes?.[index] ?? `${index}` };
  },
});

const MISSING = -1;

/** A 1 at the place of a class: how steps of a series hold it. */
function oneHot(index: number, classes: number): Float32Array {
  const values = new Float32Array(classes);
  values[index] = 1;
  return values;
}

interface Cleaning {
  readonly missing: string;
  readonly indicator: boolean;
  readonly fewest: number;
  readonly most: number;
}

/** Codes of classes in the order in which they come up. */
type Codes = Map<string, number>;

/** Classes get codes in the order in which they come up, and their final numbers once all are known. */
class Categories implements ColumnImport {
  readonly form = { dtype: 'i32', shape: [] } as const;
  readonly missing: number;
  readonly policy: MissingPolicy | undefined;
  readonly codes = true;
  private readonly cleaning: Cleaning;
  private readonly codeOf: Codes;
  /** True where other columns use the same codes: then a class counts as used wherever it comes up. */
  private readonly shared: boolean;

  constructor(known: readonly string[], codes: Codes, shared: boolean, cleaning: Cleaning) {
    this.codeOf = codes;
    this.shared = shared;
    this.cleaning = cleaning;
    this.policy = policyOf(cleaning.missing);
    for (const name of known) this.code(name);
    this.missing = cleaning.missing === 'class' ? this.code(ABSENT) : MISSING;
  }

  stage(cell: NonNullable<Cell>): number | undefined {
    return typeof cell === 'object' ? undefined : this.code(String(cell).trim());
  }

  /** Counts rows per class: over all parts, and in the training part, whose most frequent class fills missing values. */
  async fit({ name, role, rows, isTraining }: FitContext) {
    const used = new Float64Array(this.codeOf.size);
    const trained = new Float64Array(this.codeOf.size);
    let missing = 0;
    let row = 0;
    const count = (codes: TypedArray): void => {
      for (let at = 0; at < codes.length; at++, row++) {
        const code = codes[at];
        if (code === this.missing) missing++;
        if (code === MISSING) continue;
        used[code]++;
        if (isTraining(row)) trained[code]++;
      }
    };
    for await (const batch of rows()) count(batch as TypedArray);
    const { names, indexOf, other } = this.classes(used, trained);
    if (names.length === 0) throw emptyColumn(name);
    const counts = names.map(() => 0);
    used.forEach((rows, code) => {
      if (rows > 0) counts[indexOf[code]] += rows;
    });
    const filler = trained.reduce((best, count, code) => (count > (trained[best] ?? 0) ? code : best), -1);
    const column = {
      ...this.form,
      missing,
      ...indicatorOf(this.cleaning.indicator, { role }, missing),
      classes: names,
      counts,
      ...(other !== undefined && { other }),
    };
    const filled = Math.max(0, indexOf[filler] ?? 0);
    // The class of what is missing is none where nothing was.
    const classOf = indexOf.map((index) => (index < 0 ? filled : index));
    return {
      column,
      ...inPlace('i32', (codes) => {
        for (let at = 0; at < codes.length; at++)
          codes[at] = codes[at] === MISSING ? filled : classOf[codes[at]];
      }),
    };
  }

  /**
   * Names of the classes that are used, in the order people expect, and last the one that the rare ones are joined in, where there are some; for
   * each code its index in them.
   */
  private classes(used: ArrayLike<number>, trained: ArrayLike<number>) {
    const named = [...this.codeOf].filter(([, code]) => this.shared || used[code] > 0);
    const kept = this.kept(named, trained);
    const names = kept.map(([name]) => name).sort(naturalOrder);
    const other = kept.length < named.length ? names.push(OTHER) - 1 : undefined;
    const indexOf = new Int32Array(this.codeOf.size).fill(other ?? -1);
    names.forEach((name, index) => {
      if (index !== other) indexOf[this.codeOf.get(name)!] = index;
    });
    return { names, indexOf, other };
  }

  /** Those that are not joined: columns with shared classes keep all. */
  private kept<T extends readonly [string, number]>(
    named: readonly T[],
    trained: ArrayLike<number>,
  ): readonly T[] {
    const { fewest, most } = this.cleaning;
    if (this.shared) return named;
    const frequent = named.filter(([, code]) => trained[code] >= fewest);
    if (most === 0 || frequent.length <= most) return frequent;
    return frequent.toSorted((a, b) => trained[b[1]] - trained[a[1]]).slice(0, most);
  }

  private code(text: string): number {
    let code = this.codeOf.get(text);
    if (code === undefined) this.codeOf.set(text, (code = this.codeOf.size));
    return code;
  }
}
