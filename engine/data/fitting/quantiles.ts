import { streamOf, uniform } from '../../core/random.ts';

const MOST = 1 << 20;
const STREAM = streamOf('quantiles');

/**
 * Numbers whose quantiles are wanted: all of them up to a million, then a random million of them (reservoir sampling, algorithm R; Vitter,
 * 1985), so that memory stays flat. The quantiles are exact up to there; a sample's lie within about 0.1 % of the rows.
 */
export class Sample {
  private values = new Float32Array(1024);
  private count = 0;
  private sorted = false;

  add(value: number): void {
    const at = this.count++;
    if (at < MOST) this.room(at)[at] = value;
    else {
      const other = Math.floor(uniform(0, STREAM, Math.floor(at / 2 ** 32), at >>> 0) * this.count);
      if (other < MOST) this.values[other] = value;
    }
    this.sorted = false;
  }

  /** Between the two nearest numbers, linearly, as NumPy has it; 0 where there are none. */
  quantile(share: number): number {
    const known = this.values.subarray(0, Math.min(this.count, MOST));
    if (known.length === 0) return 0;
    if (!this.sorted) known.sort();
    this.sorted = true;
    const at = share * (known.length - 1);
    const [below, above] = [known[Math.floor(at)], known[Math.ceil(at)]];
    return below + (above - below) * (at - Math.floor(at));
  }

  private room(at: number): Float32Array {
    if (at === this.values.length) {
      const larger = new Float32Array(2 * at);
      larger.set(this.values);
      this.values = larger;
    }
    return this.values;
  }
}
