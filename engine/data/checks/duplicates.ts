import { SPLITS, type Column, type Split } from '../../core/dataset.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { size } from '../../core/shape.ts';
import { columnsIn, percent, totalRows, type CheckedData, type CheckRecord } from './check.ts';

/** A larger share of rows than this may repeat others of their own part without a word. */
const FEW = 0.01;

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

/** Rows that repeat another of their part, and rows of each part that are in the training part. */
async function count(data: CheckedData) {
  const keys = new Float64Array(totalRows(data.schema));
  let at = 0;
  for (const [part, split] of SPLITS.entries()) {
    const hashes = await hashesOf(data, split);
    // 50 bits of the hash and two for the part, which a float64 holds exactly.
    for (let row = 0; row < hashes.high.length; row++)
      keys[at++] = (hashes.high[row] * 2 ** 18 + (hashes.low[row] >>> 14)) * 4 + part;
  }
  keys.sort();
  let repeated = 0;
  const seen = { train: 0, validation: 0, test: 0 };
  for (let from = 0, to = 1; from < keys.length; from = to++) {
    const end = 4 * (Math.floor(keys[from] / 4) + 1);
    while (to < keys.length && keys[to] < end) to++;
    if (to === from + 1) continue;
    const alike = [0, 0, 0];
    for (const key of keys.subarray(from, to)) alike[key % 4]++;
    for (const [part, split] of SPLITS.entries()) {
      repeated += Math.max(0, alike[part] - 1);
      if (alike[0] > 0 && part > 0) seen[split] += alike[part];
    }
  }
  return { repeated, seen };
}

/** Two hashes of 32 bits of the inputs of each row, column after column. */
async function hashesOf(data: CheckedData, split: Split): Promise<{ high: Uint32Array; low: Uint32Array }> {
  const rows = data.schema.rows[split];
  const [high, low] = [new Uint32Array(rows).fill(0x811c9dc5), new Uint32Array(rows).fill(0x9747b28c)];
  for (const column of columnsIn(data.schema, 'input')) {
    let row = 0;
    for await (const batch of data.batches(split, column)) row = mix(batch, column, row, high, low);
  }
  return { high, low };
}

/** Takes the values of some rows into their hashes (MurmurHash3's steps, Appleby 2011); returns the row that comes next. */
function mix(
  batch: TypedArray,
  { shape }: Column,
  first: number,
  high: Uint32Array,
  low: Uint32Array,
): number {
  const width = size(shape);
  const bits =
    batch instanceof Float32Array ? new Uint32Array(batch.buffer, batch.byteOffset, batch.length) : batch;
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
  return Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64;
}
