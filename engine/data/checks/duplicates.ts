import { SPLITS, type Column, type Split } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { size } from '../../core/shape.ts';
import { columnsIn, percent, totalRows, type CheckedData, type CheckRecord } from './check.ts';

/** A larger share of rows than this may repeat others of their own part without a word. */
const FEW = 0.01;
/** The bits of a number that stand for the parts. */
const PARTS = 2 ** SPLITS.length - 1;

const check: CheckRecord = {
  id: 'duplicates',
  title: 'Rows that come up again',
  doc: 'Rows with exactly the same inputs, above all rows of the validation and test parts that the training part has, too.',
  async run(data) {
    const { schema } = data;
    const { repeated, seen } = await count(data);
    const leaking = (['validation', 'test'] as const).filter((split) => seen[split] > 0);
    return [
      ...leaking.map((split) => ({
        code: 'CHECK_DUPLICATES_ACROSS',
        message: `${rowsOf(seen[split])} of the ${split} part (${percent(seen[split] / schema.rows[split])}) ${seen[split] === 1 ? 'has' : 'have'} the same inputs as rows of the training part.`,
        fix: 'Remove repeated rows, or divide the rows by a group that keeps them together: the model has seen these rows.',
      })),
      ...(repeated > FEW * totalRows(schema)
        ? [
            {
              code: 'CHECK_DUPLICATES',
              message: `${rowsOf(repeated)} (${percent(repeated / totalRows(schema))}) repeat the inputs of another row of the same part.`,
              fix: 'Remove them if they are copies: they count twice. Rows of few categories may well be alike.',
            },
          ]
        : []),
    ];
  },
};
export default check;

const rowsOf = (count: number): string => (count === 1 ? '1 row' : `${count} rows`);

/** Rows that repeat another of their part, and rows of each part that are in the training part, which comes first. */
async function count(data: CheckedData) {
  const known = new SeenRows(totalRows(data.schema));
  let repeated = 0;
  const seen = { train: 0, validation: 0, test: 0 };
  for (const [part, split] of SPLITS.entries()) {
    const found = known.addAll(await hashesOf(data, split), part);
    repeated += found.repeated;
    if (part > 0) seen[split] = found.trained;
  }
  return { repeated, seen };
}

/** The parts that rows were seen in, by 61 bits of their hash: a table with open addressing, of which a quarter at least stays free. */
class SeenRows {
  private readonly shift: number;
  /** In each place the first half of a hash, and of the second all bits but the last three: those say which parts have the row. */
  private readonly places: Int32Array;

  constructor(rows: number) {
    const bits = Math.max(4, Math.ceil(Math.log2((rows * 4) / 3 + 1)));
    this.shift = 32 - bits;
    this.places = new Int32Array(2 << bits);
  }

  /** Notes the rows of a part; tells how many of them it had before, and how many the training part has. */
  addAll({ high, low }: Hashes, part: number): { repeated: number; trained: number } {
    let [repeated, trained] = [0, 0];
    for (let row = 0; row < high.length; row++) {
      const before = this.add(high[row], low[row], part);
      repeated += (before >> part) & 1;
      trained += before & 1;
    }
    return { repeated, trained };
  }

  /** Notes that a part has a row; returns which parts had it before, a bit for each. */
  private add(high: number, low: number, part: number): number {
    const { places } = this;
    const last = places.length - 2;
    let at = 2 * (Math.imul(high ^ (high >>> 16), 0x85ebca6b) >>> this.shift);
    while ((places[at + 1] & PARTS) !== 0 && (places[at] !== high || ((places[at + 1] ^ low) & ~PARTS) !== 0))
      at = at === last ? 0 : at + 2;
    const before = places[at + 1] & PARTS;
    places[at] = high;
    places[at + 1] = (low & ~PARTS) | before | (1 << part);
    return before;
  }
}

interface Hashes {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

/** Two hashes of 32 bits of the inputs of each row, column after column. */
async function hashesOf(data: CheckedData, split: Split): Promise<Hashes> {
  const rows = data.schema.rows[split];
  const [high, low] = [new Int32Array(rows).fill(0x811c9dc5), new Int32Array(rows).fill(0x9747b28c)];
  for (const column of columnsIn(data.schema, 'input')) {
    let row = 0;
    for await (const batch of data.batches(split, column)) row = mix(batch, column, row, high, low);
  }
  return { high, low };
}

/** Takes the values of some rows into their hashes (MurmurHash3's steps, Appleby 2011); returns the row that comes next. */
function mix(batch: TypedArray, { shape }: Column, first: number, high: Int32Array, low: Int32Array): number {
  const width = size(shape);
  const bits =
    batch instanceof Float32Array ? new Int32Array(batch.buffer, batch.byteOffset, batch.length) : batch;
  let row = first;
  for (let at = 0; at < bits.length; row++) {
    for (const end = at + width; at < end; at++) {
      high[row] = step(high[row], bits[at], 0xcc9e2d51, 0x1b873593);
      low[row] = step(low[row], bits[at], 0x239b961b, 0xab0e9789);
    }
  }
  return row;
}

function step(hash: number, value: number, c1: number, c2: number): number {
  let k = Math.imul(value, c1);
  k = Math.imul((k << 15) | (k >>> 17), c2);
  const mixed = hash ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
