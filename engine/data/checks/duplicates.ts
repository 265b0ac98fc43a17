import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SPLITS, type Column, type Split } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { size } from '../../core/shape.ts';
import { readingRooms, rowsAtOnce } from '../snapshots/batches.ts';
import { rowBytes } from '../snapshots/snapshot.ts';
import { TensorWriter } from '../staging.ts';
import { columnsIn, percent, totalRows, type CheckedData, type CheckRecord } from './check.ts';

/** A larger share of rows than this may repeat others of their own part without a word. */
const FEW = 0.01;
/** The bits of a number that stand for the parts. */
const PARTS = 2 ** SPLITS.length - 1;
const TRAIN = 1 << SPLITS.indexOf('train');
const VALIDATION = 1 << SPLITS.indexOf('validation');
/** Rows of a file that are looked at together, about: their table fits into the processor's cache. */
const ROWS = 1 << 16;
/** Not more files than this, each of which has a buffer. */
const MOST_BITS = 6;

const check: CheckRecord = {
  id: 'duplicates',
  title: 'Rows that come up again',
  doc: 'Rows with exactly the same inputs, above all rows of the validation and test parts that the training part has, too.',
  long: true,
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
  const partitions = await partitioned(data);
  let repeated = 0;
  const seen = { train: 0, validation: 0, test: 0 };
  for (const path of partitions) {
    const bytes = await readFile(path);
    const hashes = new Int32Array(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength / Int32Array.BYTES_PER_ELEMENT,
    );
    const known = new SeenRows(hashes.length / 2);
    for (let at = 0; at < hashes.length; at += 2) {
      const part = hashes[at + 1] & PARTS;
      const before = known.add(hashes[at], hashes[at + 1]);
      if ((before & part) !== 0) repeated++;
      if ((before & TRAIN) === 0 || part === TRAIN) continue;
      seen[part === VALIDATION ? 'validation' : 'test']++;
    }
  }
  return { repeated, seen };
}

/** Rows with 61 bits of their hash, of which the first tell the file: equal rows are in the same one, in order. Returns the files. */
async function partitioned(data: CheckedData): Promise<string[]> {
  const bits = Math.min(MOST_BITS, Math.max(0, Math.ceil(Math.log2(totalRows(data.schema) / ROWS))));
  const paths = Array.from({ length: 1 << bits }, (_, number) => join(data.scratch, `${number}.hashes`));
  const files = paths.map((path) => new TensorWriter(path, { dtype: 'i32', shape: [] }));
  try {
    for (const [part, split] of SPLITS.entries())
      for await (const hashes of hashesOf(data, split)) {
        const { pairs, ends } = sorted(hashes, bits, part);
        for (const [number, file] of files.entries())
          file.appendAll(pairs.subarray(2 * (ends[number - 1] ?? 0), 2 * ends[number]));
      }
  } finally {
    for (const file of files) file.close();
  }
  return paths;
}

/** Both hashes of each row side by side, the part in the last bits, sorted by their first bits (counting sort); and where each group ends. */
function sorted({ high, low }: Hashes, bits: number, part: number) {
  const groupOf = (hash: number): number => (bits === 0 ? 0 : hash >>> (32 - bits));
  const next = new Int32Array((1 << bits) + 1);
  for (let row = 0; row < high.length; row++) next[groupOf(high[row]) + 1]++;
  for (let group = 1; group < next.length; group++) next[group] += next[group - 1];
  const pairs = new Int32Array(2 * high.length);
  for (let row = 0; row < high.length; row++) {
    const at = 2 * next[groupOf(high[row])]++;
    pairs[at] = high[row];
    pairs[at + 1] = (low[row] & ~PARTS) | (1 << part);
  }
  return { pairs, ends: next };
}

/** The parts that rows were seen in: a table with open addressing, of which a quarter at least stays free. */
class SeenRows {
  private readonly shift: number;
  /** In each place the first half of a hash, and of the second all bits but the last three: those say which parts have the row. */
  private readonly places: Int32Array;

  constructor(rows: number) {
    const bits = Math.max(4, Math.ceil(Math.log2((rows * 4) / 3 + 1)));
    this.shift = 32 - bits;
    this.places = new Int32Array(2 << bits);
  }

  /** Notes that a part has a row; returns which parts had it before, a bit for each. */
  add(high: number, low: number): number {
    const { places } = this;
    const last = places.length - 2;
    let at = 2 * (Math.imul(high ^ (high >>> 16), 0x85ebca6b) >>> this.shift);
    while ((places[at + 1] & PARTS) !== 0 && (places[at] !== high || ((places[at + 1] ^ low) & ~PARTS) !== 0))
      at = at === last ? 0 : at + 2;
    const before = places[at + 1] & PARTS;
    places[at] = high;
    places[at + 1] = low | before;
    return before;
  }
}

interface Hashes {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

/** Two hashes of 32 bits of the inputs of each row, some thousand rows at a time. */
async function* hashesOf(data: CheckedData, split: Split): AsyncIterable<Hashes> {
  const columns = columnsIn(data.schema, 'input');
  const rows = data.schema.rows[split];
  const most = Math.min(rows, rowsAtOnce(columns));
  const room = readingRooms();
  const [high, low] = [new Int32Array(most), new Int32Array(most)];
  for (let first = 0; first < rows; first += most) {
    const count = Math.min(most, rows - first);
    const hashes = {
      high: high.subarray(0, count).fill(0x811c9dc5),
      low: low.subarray(0, count).fill(0x9747b28c),
    };
    // The next column is read while one is hashed.
    const read = (column: Column) => data.read(split, column, first, count, room(most * rowBytes(column)));
    let next = columns.length > 0 ? read(columns[0]) : undefined;
    for (const [number, column] of columns.entries()) {
      const values = await next!;
      next = number + 1 < columns.length ? read(columns[number + 1]) : undefined;
      mix(values, column, hashes);
    }
    yield hashes;
  }
}

/** Takes the values of some rows into their hashes. */
function mix(values: TypedArray, { shape }: Column, { high, low }: Hashes): void {
  const width = size(shape);
  const bits =
    values instanceof Float32Array ? new Int32Array(values.buffer, values.byteOffset, values.length) : values;
  for (let row = 0; row < high.length; row++) {
    let [first, second] = [high[row], low[row]];
    for (let at = row * width; at < (row + 1) * width; at++) {
      first = step(first, bits[at], 0x85ebca6b);
      second = step(second, bits[at], 0x9e3779b1);
    }
    high[row] = first;
    low[row] = second;
  }
}

/** All bits of a product depend on those below; the shift lets those below depend on the others. */
function step(hash: number, value: number, factor: number): number {
  const product = Math.imul(hash ^ value, factor);
  return product ^ (product >>> 15);
}
