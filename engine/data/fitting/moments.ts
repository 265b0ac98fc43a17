import type { Affine, Column, ColumnRole, NumberStatistics } from '../../core/dataset.ts';

/**
 * Running mean and variance of one feature, with its extremes: of single values (Welford, 1962, "Note on a method for calculating corrected sums
 * of squares") and of many (Chan, Golub, LeVeque, 1979, "Updating formulae and a pairwise algorithm for computing sample variances").
 */
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

  addAll(values: Float64Array): void {
    const { length } = values;
    if (length === 0) return;
    let sum = 0;
    for (let at = 0; at < length; at++) {
      const value = values[at];
      sum += value;
      if (value < this.least) this.least = value;
      if (value > this.most) this.most = value;
    }
    const mean = sum / length;
    let squares = 0;
    for (let at = 0; at < length; at++) {
      const from = values[at] - mean;
      squares += from * from;
    }
    const difference = mean - this.mean;
    const count = this.count + length;
    this.squares += squares + (difference * difference * this.count * length) / count;
    this.mean += (difference * length) / count;
    this.count = count;
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
