import { add } from '../../ops/add.ts';
import { div } from '../../ops/div.ts';
import { exp } from '../../ops/exp.ts';
import { log } from '../../ops/log.ts';
import { maximum } from '../../ops/max.ts';
import { sum } from '../../ops/reduce-sum.ts';
import { abs } from '../../ops/abs.ts';
import { neg } from '../../ops/neg.ts';
import { sub } from '../../ops/sub.ts';
import type { Builder, Value } from '../../ir/builder.ts';
import { defineLayer, type LayerProblem, type PortType } from '../layer.ts';
import { mismatch, requireReal } from '../shapes.ts';
import { weightField } from './target.ts';

export default defineLayer({
  type: 'pairwise-ranking',
  title: 'Pairwise ranking',
  category: 'loss',
  summary: 'For scores of right answers that are to be above those of wrong ones.',
  doc:
    '$L = \\frac{1}{k} \\sum_j \\ln(1 + e^{s_j - s_+})$ of the score $s_+$ of the right answer, *batch × 1*, and the scores $s_j$ of $k$ wrong ' +
    'ones, *batch × k*. It has no target: which is which is told by the ports.\n\n' +
    'With NegativeSample, for recommendations and knowledge graphs. Rendle et al., “BPR”, UAI 2009.',
  keywords: [
    'bpr',
    'bayesian personalised ranking',
    'recommender',
    'link prediction',
    'negative sampling',
    'softplus',
  ],
  fields: { weight: weightField },
  inputs: [
    { name: 'right', doc: 'Score of the right answer, batch × 1.' },
    { name: 'wrong', doc: 'Scores of wrong answers, batch × count.' },
  ],
  outputs: [],
  prediction: 'right',
  loss: { metrics: [] },
  infer({ inputs }) {
    const problem = requireScores('right', inputs.right[0], 1) ?? requireScores('wrong', inputs.wrong[0]);
    return problem ? { problems: [problem] } : { outputs: {} };
  },
  lower({ b, inputs }) {
    const [[right], [wrong]] = [inputs.right, inputs.wrong];
    const losses = softplus(b, sub(b, wrong, right));
    return { loss: div(b, sum(b, losses, [1]), wrong.type.shape[1]) };
  },
});

/** ln(1 + e^x) without overflow. */
const softplus = (b: Builder, x: Value): Value =>
  add(b, maximum(b, x, 0), log(b, add(b, exp(b, neg(b, abs(b, x))), 1)));

function requireScores(port: string, type: PortType, width?: number): LayerProblem | null {
  if (type.shape.length === 2 && (width ?? type.shape[1]) === type.shape[1]) return requireReal(port, type);
  return mismatch(port, type, `f32[batch × ${width ?? 'count'}]`, {
    message: width ? 'The right answer has one score.' : 'The wrong answers have one score each.',
    fix: 'Connect a Dense with 1 unit, or a Dot; flatten what has more axes.',
  });
}
