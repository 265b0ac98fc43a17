import type { NumberStatistics } from '../../core/dataset.ts';
import type { FitContext } from './kind.ts';

/** Mean and deviation of each channel (the last axis) over the training rows of a column of tensors. */
export async function channelStatistics(
  { rows, isTraining }: FitContext,
  channels: number,
): Promise<NumberStatistics[]> {
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const least = new Float64Array(channels).fill(Infinity);
  const most = new Float64Array(channels).fill(-Infinity);
  let count = 0;
  let row = 0;
  const add = (values: ArrayLike<number>): void => {
    for (let at = 0; at < values.length; at++) {
      const channel = at % channels;
      const value = values[at];
      sums[channel] += value;
      squares[channel] += value * value;
      if (value < least[channel]) least[channel] = value;
      if (value > most[channel]) most[channel] = value;
    }
    count += values.length / channels;
  };
  for await (const batch of rows()) {
    for (const staged of batch) {
      if (isTraining(row++)) add(typeof staged === 'number' ? [staged] : (staged as ArrayLike<number>));
    }
  }
  return Array.from(sums, (sum, channel) => {
    const mean = count > 0 ? sum / count : 0;
    const variance = count > 0 ? Math.max(0, squares[channel] / count - mean * mean) : 0;
    return { min: least[channel], max: most[channel], mean, standardDeviation: Math.sqrt(variance) };
  });
}
