import { columnsIn, type CheckRecord } from './check.ts';

/** Deviations from the mean beyond which a value is extreme. */
const EXTREME = 10;

const check: CheckRecord = {
  id: 'outliers',
  title: 'Extreme numbers',
  doc: `Numbers that lie more than ${EXTREME} deviations from their mean, which leave little room for all others.`,
  async run({ schema }) {
    return columnsIn(schema, 'input', 'target').flatMap(
      ({ name, statistics, normalisation, scaling = normalisation }) => {
        if (!statistics || scaling?.log1p) return [];
        const { min, max, mean, standardDeviation } = statistics;
        const far = max - mean > mean - min ? max : min;
        if (Math.abs(far - mean) <= EXTREME * standardDeviation) return [];
        return [
          {
            code: 'CHECK_OUTLIERS',
            message: `"${name}" has extreme values, such as ${Number(far.toPrecision(4))}.`,
            where: `column "${name}"`,
            got: `mean ${Number(mean.toPrecision(4))}, deviation ${Number(standardDeviation.toPrecision(4))}`,
            fix: 'If it is a mistake, correct it. If not, scale the column robustly or by its logarithm when you import.',
          },
        ];
      },
    );
  },
};
export default check;
