import { sameShape } from '../core/shape.ts';
import { add } from '../ops/add.ts';
import { defineLayer } from './layer.ts';
import { formatPort, mismatch, OUTPUT, requireReal } from './shapes.ts';

export default defineLayer({
  type: 'add',
  title: 'Add',
  category: 'merge',
  summary: 'Adds values of equal shapes.',
  doc: '$y = x_1 + x_2 + …$, element by element.\n\nFor residual connections around layers (He et al., CVPR 2016).',
  keywords: ['sum', 'plus', 'residual', 'skip'],
  fields: {},
  inputs: [{ name: 'inputs', doc: 'Two or more values of one shape.', variadic: true }],
  outputs: OUTPUT,
  infer({ inputs: { inputs } }) {
    const [first] = inputs;
    const other = inputs.find(({ shape }) => !sameShape(shape, first.shape));
    const problem =
      requireReal('inputs', first) ??
      (other &&
        mismatch('inputs', other, formatPort(first), {
          message: 'Only values of equal shapes can be added.',
          fix: 'Bring both to one shape, for example with a Dense or Conv2D layer.',
        }));
    return problem ? { problems: [problem] } : { outputs: { output: { dtype: 'f32', shape: first.shape } } };
  },
  lower: ({ b, inputs: { inputs } }) => ({ output: inputs.reduce((sum, value) => add(b, sum, value)) }),
});
