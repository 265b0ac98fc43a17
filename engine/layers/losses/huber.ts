import { number } from '../../core/fields.ts';
import { abs } from '../../ops/abs.ts';
import { minimum } from '../../ops/min.ts';
import { mul } from '../../ops/mul.ts';
import { sub } from '../../ops/sub.ts';
import { regressionLoss } from './regression.ts';

export default regressionLoss(
  {
    type: 'huber',
    title: 'Huber',
    summary: 'Squared for small errors, absolute for large ones.',
    doc:
      '$L = \\frac1n \\sum_i h(p_i - t_i)$ with $h(d) = \\frac12 d^2$ for $|d| \\le \\delta$, else $\\delta (|d| - \\frac12 \\delta)$.\n\n' +
      'As exact as the squared error near the target, as calm as the absolute one far from it. Huber, *Annals of Statistics*, 1964.',
    keywords: ['regression', 'smooth l1', 'robust'],
  },
  {
    delta: number({
      label: 'Delta',
      help: 'The error from which the loss grows in proportion, in units of the target.',
      default: 1,
      min: 0,
      exclusiveMin: true,
    }),
  },
  (b, difference, { delta }) => {
    // With c = min(|d|, δ), c·(|d| − c/2) is both branches at once.
    const distance = abs(b, difference);
    const capped = minimum(b, distance, delta);
    return mul(b, capped, sub(b, distance, mul(b, capped, 0.5)));
  },
);
