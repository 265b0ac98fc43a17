import { less } from '../../ops/less.ts';
import { neg } from '../../ops/neg.ts';
import { add } from '../../ops/add.ts';
import { select } from '../../ops/select.ts';
import { decisionLoss } from './decisions.ts';
import { marginField, shortfall, squaredField } from './margins.ts';

export default decisionLoss(
  {
    type: 'hinge',
    title: 'Hinge',
    summary: 'For yes or no with a margin, as in support vector machines.',
    doc:
      '$L = \\frac1n \\sum_i \\max(0, m - y_i x_i)$ of the scores $x$, with $y = 1$ for yes and $-1$ for no: nothing is to be gained by being ' +
      'righter than the margin $m$. The target is a column of two classes, or a row of numbers, of which those above ½ mean yes: 0 and 1 do, ' +
      'and so do −1 and 1.\n\nCortes & Vapnik, *Machine Learning* 20, 1995.',
    keywords: ['svm', 'support vector machine', 'maximum margin', 'classification', 'SquaredHinge', 'binary'],
  },
  { margin: marginField('Score from which a right decision costs nothing.', 1), squared: squaredField },
  (b, scores, target, { margin, squared }) => {
    const wrong = select(b, less(b, 0.5, target), neg(b, scores), scores);
    return shortfall(b, add(b, wrong, margin), squared);
  },
);
