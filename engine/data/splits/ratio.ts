import type { TypedArray } from '../../core/dtype.ts';
import { boolean } from '../../core/fields.ts';
import { streamOf, uniform } from '../../core/random.ts';
import { defineSplit, seedField, shareFields, TEST, VALIDATION, type SplitContext } from './split.ts';

const STREAM = streamOf('split');
/** Rows without classes that are looked at together. */
const BATCH = 1 << 16;

export default defineSplit({
  id: 'ratio',
  title: 'At random',
  doc: 'Rows are drawn and divided. Right where each row stands for itself.',
  fields: {
    ...shareFields,
    seed: seedField,
    stratify: boolean({
      label: 'Stratify',
      help: 'Keeps the shares of the classes equal in all parts, where the target is a category.',
      default: true,
    }),
  },
  async divide(context, { validation, test, seed, stratify }) {
    const { classes, free, assignment } = context;
    const batches = stratify && classes ? classes : () => alike(context.rows);
    const draws: Draws[] = [];
    await eachFree(batches(), free, (_, code) => {
      (draws[code] ??= new Draws()).rows++;
    });
    for (const draw of Object.values(draws)) draw.begin(validation, test);
    await eachFree(batches(), free, (row, code) => {
      const part = draws[code].next(uniform(seed, STREAM, context.rows, row));
      if (part !== undefined) assignment[row] = part;
    });
  },
});

/**
 * Exact shares of rows that come one by one, each set of them as likely as any other, without keeping a list of them (selection sampling;
 * Knuth, The Art of Computer Programming, vol. 2, algorithm 3.4.2 S).
 */
class Draws {
  /** Rows that are still to come. */
  rows = 0;
  private tests = 0;
  private validations = 0;

  begin(validation: number, test: number): void {
    this.tests = Math.round(this.rows * test);
    this.validations = Math.min(Math.round(this.rows * validation), this.rows - this.tests);
  }

  /** The part of the next row, by a random number of 0 … 1; undefined where it stays. */
  next(random: number): number | undefined {
    const place = random * this.rows--;
    if (place < this.tests) {
      this.tests--;
      return TEST;
    }
    if (place >= this.tests + this.validations) return undefined;
    this.validations--;
    return VALIDATION;
  }
}

async function eachFree(
  batches: AsyncIterable<TypedArray>,
  free: SplitContext['free'],
  see: (row: number, code: number) => void,
): Promise<void> {
  let row = 0;
  for await (const codes of batches) {
    for (let at = 0; at < codes.length; at++, row++) if (free(row)) see(row, codes[at]);
  }
}

/** One class for all rows. */
async function* alike(rows: number): AsyncIterable<TypedArray> {
  const codes = new Uint8Array(Math.min(rows, BATCH));
  for (let left = rows; left > 0; left -= codes.length) yield codes.subarray(0, left);
}
