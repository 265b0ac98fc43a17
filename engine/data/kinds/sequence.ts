import type { Column } from '../../core/dataset.ts';
import { int } from '../../core/fields.ts';
import { inRole, standardise } from '../fitting/moments.ts';
import { channelStatistics } from './channels.ts';
import { defineKind, type StagedBatch, type StagedRow } from './kind.ts';
import { FITTING, LONGEST, trainingLength } from './lengths.ts';
import { firstNumbers, numbersOf } from './numbers-in.ts';

export default defineKind({
  id: 'sequence',
  title: 'Sequence',
  doc:
    'Several numbers in one cell, such as 0.1 0.2 0.3 or [4, 5]: a signal, a track, pixels. Short ones are filled up with the mean of the training rows, long ones ' +
    'are cut. Inputs are brought to mean 0 and deviation 1.',
  fields: {
    length: int({
      label: 'Length',
      help: `Steps per row; 0: as many as ${FITTING * 100} % of the training rows have, at most ${LONGEST}.`,
      default: 0,
      min: 0,
      max: 65_536,
    }),
    channels: int({
      label: 'Numbers per step',
      help: 'How many numbers belong together: 3 for x, y, z one after the other.',
      default: 1,
      min: 1,
      max: 1024,
    }),
  },
  apart: true,
  begin: (_, { length: wanted, channels }) => ({
    form: 'indices',
    stage(cell) {
      const numbers = floatsOf(cell);
      return numbers && numbers.length % channels === 0 ? bitsOf(numbers) : undefined;
    },
    async fit(context) {
      const length =
        wanted || (await trainingLength(context, (staged) => numbersAt(staged).length / channels));
      const rows = () => decoded(context.rows());
      const scaled =
        context.normalise &&
        inRole(context.role, standardise(await channelStatistics({ ...context, rows }, channels)));
      const column = { dtype: 'f32', shape: [length, channels], missing: 0, ...scaled } as const;
      return { column, convert: (staged) => filledUp(numbersAt(staged), column) };
    },
  }),
  store(cell, column) {
    const numbers = floatsOf(cell);
    return numbers && numbers.length % column.shape[1] === 0 ? filledUp(numbers, column) : undefined;
  },
  show: async (cell) => (cell instanceof Float32Array ? firstNumbers(cell) : String(cell)),
});

function floatsOf(cell: unknown): Float32Array | undefined {
  const numbers = numbersOf(cell);
  return numbers && Float32Array.from(numbers);
}

/** Sequences wait as the bits of their numbers: that form may be of any length. */
const bitsOf = (numbers: Float32Array): Int32Array =>
  new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length);

function numbersAt(staged: StagedRow): Float32Array {
  const bits = staged as Int32Array;
  return new Float32Array(bits.buffer, bits.byteOffset, bits.length);
}

async function* decoded(batches: AsyncIterable<StagedBatch>): AsyncIterable<StagedBatch> {
  for await (const batch of batches) yield Array.from(batch as readonly StagedRow[], numbersAt);
}

function filledUp(
  numbers: Float32Array,
  { shape: [length, channels], normalisation, scaling }: Pick<Column, 'shape' | 'normalisation' | 'scaling'>,
): Float32Array {
  const means = (normalisation ?? scaling)?.offset;
  const stored = Float32Array.from({ length: length * channels }, (_, at) => means?.[at % channels] ?? 0);
  stored.set(numbers.subarray(0, stored.length));
  return stored;
}
