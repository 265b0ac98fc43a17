import type { Affine, Column, ColumnRole, NumberStatistics } from '../../core/dataset.ts';

/** Running mean and variance of one feature (Welford, 1962), with its extremes. */
export class Moments {
  count = 0;
  private mean = 0;
  private squares = 0;
  private least = Infinity;
  private most = -Infinity;

  add(value: number): void {
    this.count++;
    const difference = value - this.mean;
    this.mean += difference / this.count;
    this.squares += difference * (value - this.mean);
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
  }

  statistics(): NumberStatistics {
    if (this.count === 0) return { min: 0, max: 0, mean: 0, standardDeviation: 0 };
    const standardDeviation = Math.sqrt(this.squares / this.count);
    return { min: this.least, max: this.most, mean: this.mean, standardDeviation };
  }
}

/** Mean 0, deviation 1; a feature that never changes is only centred. */
export function standardise(features: readonly NumberStatistics[]): Affine {
  return {
    offset: features.map(({ mean }) => mean),
    scale: features.map(({ standardDeviation }) => (standardDeviation > 0 ? 1 / standardDeviation : 1)),
  };
}

/** What the schema says of the scaling of a column: inputs are scaled where they come in, targets where a loss compares them. */
export const inRole = (role: ColumnRole, affine: Affine): Pick<Column, 'normalisation' | 'scaling'> =>
  role === 'target' ? { scaling: affine } : { normalisation: affine };
