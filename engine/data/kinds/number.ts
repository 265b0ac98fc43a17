import type { Affine, ColumnRole } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import { choice, number } from '../../core/fields.ts';
import { inRole, Moments } from '../fitting/moments.ts';
import { Sample } from '../fitting/quantiles.ts';
import { SCALINGS, type NumberFacts, type Scaling } from '../fitting/scaling.ts';
import { parseNumber, type Notation } from '../tables/table.ts';
import { emptyColumn } from './empty.ts';
import { defineKind, inPlace, type FitContext, type FittedColumn } from './kind.ts';
import { INDICATOR, indicatorOf, LEAVING, policyOf } from './missing.ts';

const FILLERS = {
  mean: ({ statistics }: NumberFacts) => statistics.mean,
  median: ({ sample }: NumberFacts) => sample.quantile(0.5),
  constant: (_: NumberFacts, constant: number) => constant,
};
type Filler = keyof typeof FILLERS;

export default defineKind({
  id: 'number',
  title: 'Number',
  doc: 'A quantity. Missing ones are filled in and inputs are scaled by what the training rows have; targets are scaled while a model learns.',
  fields: {
    notation: choice<Notation>({
      label: 'Written as',
      help: 'How texts spell numbers. Where thousands are set apart, signs of currencies and percent are passed over.',
      default: 'plain',
      options: [
        { value: 'plain', label: '1234.5' },
        { value: 'point', label: '1,234.5' },
        { value: 'comma', label: '1.234,5' },
      ],
    }),
    missing: choice({
      label: 'Missing values',
      help: 'What becomes of them in this column. The median is not drawn away by extreme values.',
      default: 'usual',
      options: [
        { value: 'usual', label: 'as chosen for all columns' },
        { value: 'mean', label: 'become the mean' },
        { value: 'median', label: 'become the median' },
        { value: 'constant', label: 'become a constant' },
        ...LEAVING,
      ],
    }),
    constant: number({
      label: 'Constant',
      help: 'What missing values become where they become a constant.',
      default: 0,
      advanced: true,
    }),
    indicator: INDICATOR,
    scaling: choice<Scaling>({
      label: 'Scaling',
      help: 'How the model sees the numbers. Robust scaling and logarithms suit columns with extreme values.',
      default: 'standard',
      options: Object.entries(SCALINGS).map(([value, { label }]) => ({ value: value as Scaling, label })),
    }),
  },
  steps: (fitted) => fitted,
  apart: true,
  roles: ['input', 'target', 'weight'],
  begin: ({ role }, { notation, missing, constant, indicator, scaling }) => ({
    form: { dtype: 'f32', shape: [] },
    missing: Number.NaN,
    policy: policyOf(missing),
    numeric: role !== 'weight' && notation === 'plain',
    stage: (cell) => numberIn(cell, role, notation),
    async fit(context) {
      const filler = missing in FILLERS ? (missing as Filler) : 'mean';
      const { column, ...conversion } = await fitted(context, filler, constant, SCALINGS[scaling]);
      const told = indicatorOf(indicator, context, column.missing);
      return { column: { ...column, ...(notation !== 'plain' && { notation }), ...told }, ...conversion };
    },
  }),
  store: (cell, { role, notation }) => numberIn(cell, role, notation ?? 'plain'),
});

function numberIn(cell: unknown, role: ColumnRole, notation: Notation): number | undefined {
  const value = typeof cell === 'number' ? cell : parseNumber(String(cell), notation);
  return Number.isFinite(Math.fround(value)) && (role !== 'weight' || value >= 0) ? value : undefined;
}

async function fitted(
  context: FitContext,
  filler: Filler,
  constant: number,
  scaling: (typeof SCALINGS)[Scaling],
): Promise<FittedColumn> {
  const { name, role, normalise } = context;
  const sampled = filler === 'median' || scaling === SCALINGS.robust;
  const { missing, ...facts } = await look(context, sampled, scaling === SCALINGS.log1p);
  const affine = role === 'weight' ? averageOne(name, facts.statistics.mean) : normalise && scaling.of(facts);
  const filled = Math.fround(FILLERS[filler](facts, constant));
  return {
    column: {
      dtype: 'f32',
      shape: [],
      missing,
      statistics: facts.statistics,
      ...(affine && inRole(role, affine)),
    },
    ...inPlace('f32', (values) => {
      for (let at = 0; at < values.length; at++) if (Number.isNaN(values[at])) values[at] = filled;
    }),
    ...(missing === 0 && { convertAll: () => {} }),
  };
}

/** One look at all rows. Throws `COLUMN_EMPTY`. */
async function look(
  { name, rows, isTraining }: FitContext,
  sampled: boolean,
  logarithmic: boolean,
): Promise<NumberFacts & { readonly missing: number }> {
  const [moments, logarithms, sample] = [new Moments(), new Moments(), new Sample()];
  let missing = 0;
  let least = Infinity;
  let row = 0;
  let room = new Float64Array(0);
  for await (const batch of rows()) {
    if (room.length < batch.length) room = new Float64Array(batch.length);
    const found = sorted(batch as Float32Array, row, isTraining, room);
    row += batch.length;
    missing += found.missing;
    least = Math.min(least, found.least);
    moments.addAll(found.trained);
    if (sampled) for (const value of found.trained) sample.add(value);
    if (logarithmic) logarithms.addAll(found.trained.map(Math.log1p));
  }
  if (missing === row) throw emptyColumn(name);
  return {
    name,
    missing,
    least,
    sample,
    statistics: moments.statistics(),
    logarithms: logarithms.statistics(),
  };
}

/** The numbers of training rows among some rows, in `room`; the least number of all of them, and how many have none. */
function sorted(
  values: Float32Array,
  first: number,
  isTraining: FitContext['isTraining'],
  room: Float64Array,
) {
  let [count, missing, least] = [0, 0, Infinity];
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (Number.isNaN(value)) missing++;
    else {
      if (value < least) least = value;
      // Overwritten by the next one where it is not for training: no processor foresees which are.
      room[count] = value;
      count += Number(isTraining(first + at));
    }
  }
  return { trained: room.subarray(0, count), missing, least };
}

/** Weights of rows are 1 on average, so that they do not change the learning rate. */
function averageOne(name: string, mean: number): Affine {
  if (mean > 0) return { offset: [0], scale: [1 / mean] };
  throw new StrataError({
    code: 'WEIGHTS_ZERO',
    message: `The weights in column "${name}" are all 0 in the training part.`,
    where: `column "${name}"`,
    expected: 'at least one weight above 0',
    fix: 'Give the column another role.',
  });
}
