import { boolean, choice } from '../core/fields.ts';
import type { Builder, Value } from '../ir/builder.ts';
import { mean } from '../ops/mean.ts';
import { neg } from '../ops/neg.ts';
import { max } from '../ops/reduce-max.ts';
import { sum } from '../ops/reduce-sum.ts';
import { reshape } from '../ops/reshape.ts';
import { axisField, besidePositions, requireAxis, resolveAxis, withExtent } from './axis.ts';
import { defineLayer } from './layer.ts';
import { INPUT, OUTPUT, requireReal } from './shapes.ts';

const METHODS = {
  mean,
  sum,
  max,
  min: (b: Builder, x: Value, axes: readonly number[]): Value => neg(b, max(b, neg(b, x), axes)),
};

/** True where the axis stays: as told, or because a value has at least one axis beside the batch. */
const stays = (keep: boolean, { shape }: { readonly shape: readonly unknown[] }): boolean =>
  keep || shape.length === 2;

export default defineLayer({
  type: 'reduce',
  title: 'Reduce',
  category: 'shape',
  summary: 'Mean, sum, maximum or minimum along one axis.',
  doc:
    '$y = \\operatorname{mean}_i x_i$ (or the sum, maximum or minimum) along an axis, which disappears; a row of features ' +
    'becomes *batch × 1*.\n\n' +
    'For what the global pooling layers do not cover. Equal maxima share the gradient.',
  keywords: ['mean', 'sum', 'max', 'min', 'average', 'aggregate'],
  fields: {
    axis: axisField('Axis that disappears'),
    method: choice<keyof typeof METHODS>({
      label: 'Method',
      help: 'What becomes of the elements.',
      default: 'mean',
      options: [
        { value: 'mean', label: 'mean' },
        { value: 'sum', label: 'sum' },
        { value: 'max', label: 'maximum' },
        { value: 'min', label: 'minimum' },
      ],
    }),
    keep: boolean({
      label: 'Keep the axis',
      help: 'Leaves the axis with extent 1, so that the result can be added to or multiplied with the input.',
      default: false,
      advanced: true,
    }),
  },
  inputs: INPUT,
  outputs: OUTPUT,
  infer({ inputs, params: { axis, keep } }) {
    const [input] = inputs.input;
    const problem = requireReal('input', input) ?? requireAxis(axis, input);
    if (problem) return { problems: [problem] };
    if (stays(keep, input)) return { outputs: { output: withExtent(input, axis, 1) } };
    const shape = input.shape.toSpliced(resolveAxis(axis, input), 1);
    return { outputs: { output: { dtype: 'f32', shape } } };
  },
  stepwise: besidePositions,
  lower({ b, inputs, params }) {
    const [x] = inputs.input;
    const axis = resolveAxis(params.axis, x.type);
    const reduced = METHODS[params.method](b, x, [axis]);
    const kept = x.type.shape.with(axis, 1);
    return { output: stays(params.keep, x.type) ? reshape(b, reduced, kept) : reduced };
  },
});
