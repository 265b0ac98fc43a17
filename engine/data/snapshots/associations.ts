import type { Associations } from '../../core/statistics.ts';
import type { Column } from '../../core/dataset.ts';
import { Turn } from '../../core/turns.ts';
import { check, type ImportContext } from '../context.ts';
import type { Snapshot } from './snapshot.ts';

/** Most columns of which every pair is compared; targets come first. */
const COLUMNS = 24;
/** A category of more classes is closer to a name than to a quantity. */
const CLASSES = 50;
const BLOCK_ROWS = 4096;
/** Most blocks of rows that are read; of more rows an even sample. */
const BLOCKS = 64;

/** One column's values; `classes` where they are indices. */
interface Values {
  readonly values: ArrayLike<number>;
  readonly classes?: number;
}

/** How strongly columns of single values go together in the training part. */
export async function associationsOf(snapshot: Snapshot, context: ImportContext): Promise<Associations> {
  const columns = compared(snapshot.schema.columns);
  const samples: Values[] = [];
  for (const column of columns) {
    check(context.signal);
    samples.push({ values: await sample(snapshot, column), classes: column.classes?.length });
  }
  return { columns: columns.map(({ name }) => name), values: await compareAll(samples, context) };
}

/** Each pair is compared once, and others have a turn between. Throws `CANCELLED`. */
async function compareAll(
  samples: readonly Values[],
  { onProgress, signal }: ImportContext,
): Promise<Associations['values']> {
  const values = samples.map(() => new Array<number | null>(samples.length).fill(null));
  const turn = new Turn();
  for (const [at, a] of samples.entries()) {
    onProgress({ stage: 'Comparing columns', done: at, total: samples.length });
    for (let other = 0; other <= at; other++) {
      values[at][other] = values[other][at] = association(a, samples[other]);
      if (!turn.over) continue;
      await turn.pass();
      check(signal);
    }
  }
  return values;
}

function compared(columns: readonly Column[]): Column[] {
  const single = columns.filter(
    ({ role, shape, classes }) =>
      (role === 'input' || role === 'target') && shape.length === 0 && (classes?.length ?? 0) <= CLASSES,
  );
  return single
    .toSorted((a, b) => Number(b.role === 'target') - Number(a.role === 'target'))
    .slice(0, COLUMNS);
}

async function sample(snapshot: Snapshot, { name }: Column): Promise<Float64Array> {
  const rows = snapshot.schema.rows.train;
  const stride = BLOCK_ROWS * Math.ceil(rows / (BLOCK_ROWS * BLOCKS));
  const values: number[] = [];
  for (let start = 0; start < rows; start += stride) {
    for (const value of await snapshot.read('train', name, start, BLOCK_ROWS)) values.push(value);
  }
  return Float64Array.from(values);
}

function association(a: Values, b: Values): number | null {
  const value =
    a.classes === undefined
      ? b.classes === undefined
        ? pearson(a.values, b.values)
        : correlationRatio(b.values, a.values)
      : b.classes === undefined
        ? correlationRatio(a.values, b.values)
        : cramersV(a.values, a.classes, b.values, b.classes);
  return Number.isFinite(value) ? Number(value.toFixed(4)) : null;
}

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum / values.length;
};

/** Correlation of two numbers, -1 … 1; NaN where one never changes (Pearson, 1895). */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] - meanA, b[at] - meanB];
    both += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return both / Math.sqrt(squaresA * squaresB);
}

/** The share of a number's deviation that its class explains, as η: 0 … 1 (Fisher, 1925). */
export function correlationRatio(classes: ArrayLike<number>, values: ArrayLike<number>): number {
  const mean = meanOf(values);
  const groups = new Map<number, { count: number; sum: number }>();
  let total = 0;
  for (let at = 0; at < values.length; at++) {
    const group = groups.get(classes[at]) ?? { count: 0, sum: 0 };
    group.count++;
    group.sum += values[at] - mean;
    groups.set(classes[at], group);
    total += (values[at] - mean) ** 2;
  }
  const between = [...groups.values()].reduce((sum, group) => sum + group.sum ** 2 / group.count, 0);
  return groups.size > 1 ? Math.sqrt(between / total) : Number.NaN;
}

/** How much two classes tell of each other, 0 … 1, from χ² of their table (Cramér, 1946). */
export function cramersV(
  a: ArrayLike<number>,
  classesA: number,
  b: ArrayLike<number>,
  classesB: number,
): number {
  const table = new Float64Array(classesA * classesB);
  const [rows, columns] = [new Float64Array(classesA), new Float64Array(classesB)];
  for (let at = 0; at < a.length; at++) {
    table[a[at] * classesB + b[at]]++;
    rows[a[at]]++;
    columns[b[at]]++;
  }
  let chiSquared = 0;
  for (let row = 0; row < classesA; row++) {
    for (let column = 0; column < classesB; column++) {
      const expected = (rows[row] * columns[column]) / a.length;
      if (expected > 0) chiSquared += (table[row * classesB + column] - expected) ** 2 / expected;
    }
  }
  const used = Math.min(rows.filter(Boolean).length, columns.filter(Boolean).length);
  return Math.sqrt(chiSquared / (a.length * (used - 1)));
}
