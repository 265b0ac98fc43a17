import { sameShape } from '../core/shape.ts';
import type { LayerProblem, PortType } from './layer.ts';
import { formatPort, lastExtent, mismatch, requireReal } from './shapes.ts';

/** What layers and losses share that take a normal distribution for each number, by its mean and its variance. */

export const GAUSSIAN = [
  { name: 'mean', doc: 'The means.' },
  { name: 'log-variance', doc: 'The logarithms of the variances, in the shape of the means.' },
] as const;

/** A problem unless there is a variance for each mean. */
export function inferGaussian(mean: PortType, logVariance: PortType): LayerProblem | null {
  const problem = requireReal('mean', mean) ?? requireReal('log-variance', logVariance);
  if (problem || sameShape(mean.shape, logVariance.shape)) return problem;
  return mismatch('log-variance', logVariance, formatPort(mean), {
    message: 'There is not one variance for each mean.',
    fix: 'Make both of the same layer with Split, or with two layers of one width.',
    ...(sameShape(mean.shape.slice(0, -1), logVariance.shape.slice(0, -1)) && {
      repair: { kind: 'resize', extent: lastExtent(mean) } as const,
    }),
  });
}
