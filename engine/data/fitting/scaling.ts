import type { Affine, NumberStatistics } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import type { Sample } from './quantiles.ts';

/** What is known of a column of numbers when it is decided how they are scaled. Of the training rows, but for `least`. */
export interface NumberFacts {
  readonly name: string;
  readonly statistics: NumberStatistics;
  /** The smallest number of any part. */
  readonly least: number;
  readonly sample: Sample;
  /** Statistics of ln(1 + x). */
  readonly logarithms: NumberStatistics;
}

/** How a column of numbers can be scaled for a model. Nothing is scaled that never changes. */
export const SCALINGS = {
  standard: { label: 'mean 0, deviation 1', of: ({ statistics }) => standardised(statistics) },
  minmax: {
    label: 'from 0 to 1',
    of: ({ statistics: { min, max } }) => affine(min, max - min),
  },
  robust: {
    label: 'median 0, middle half 1 wide',
    of({ sample, statistics }) {
      const half = sample.quantile(0.75) - sample.quantile(0.25);
      return affine(sample.quantile(0.5), half > 0 ? half : statistics.standardDeviation);
    },
  },
  log1p: {
    label: 'ln(1 + x), then mean 0, deviation 1',
    of({ name, least, logarithms }) {
      if (least <= -1) throw noLogarithm(name, least);
      return { ...standardised(logarithms), log1p: [true] };
    },
  },
  none: { label: 'as it is', of: () => undefined },
} as const satisfies Record<string, { readonly label: string; of(facts: NumberFacts): Affine | undefined }>;
export type Scaling = keyof typeof SCALINGS;

const affine = (offset: number, width: number): Affine => ({
  offset: [offset],
  scale: [width > 0 ? 1 / width : 1],
});

const standardised = ({ mean, standardDeviation }: NumberStatistics): Affine =>
  affine(mean, standardDeviation);

function noLogarithm(name: string, least: number): StrataError {
  return new StrataError({
    code: 'SCALING_LOGARITHM',
    message: `Column "${name}" has numbers that ln(1 + x) cannot be taken of.`,
    where: `column "${name}"`,
    got: `${least}`,
    expected: 'numbers above -1',
    fix: 'Scale the column in another way, such as robustly.',
  });
}
