import { sameShape } from '../core/shape.ts';
import { concat } from '../ops/concat.ts';
import { reshape } from '../ops/reshape.ts';
import { defineLayer } from './layer.ts';
import { formatPort, mismatch, OUTPUT, rearranged } from './shapes.ts';

export default defineLayer({
  type: 'stack',
  title: 'Stack',
  category: 'merge',
  summary: 'Makes one sequence of several values.',
  doc:
    '*batch × …* several times becomes *batch × count × …*: a new axis behind the batch.\n\n' +
    'Makes positions of branches, for attention or recurrent layers over them.',
  keywords: ['join', 'pack', 'sequence', 'new axis'],
  fields: {},
  inputs: [{ name: 'inputs', doc: 'Two or more values of one shape.', variadic: true }],
  outputs: OUTPUT,
  infer({ inputs: { inputs } }) {
    const [first] = inputs;
    const misfit = inputs.find(({ dtype, shape }) => dtype !== first.dtype || !sameShape(shape, first.shape));
    if (misfit) {
      const problem = mismatch('inputs', misfit, formatPort(first), {
        message: 'Only values of equal shapes can be stacked.',
        fix: 'Bring both to one shape, for example with a Dense layer, or join them with Concat.',
      });
      return { problems: [problem] };
    }
    const shape = first.shape.toSpliced(1, 0, inputs.length);
    return { outputs: { output: rearranged([first, ...inputs], shape) } };
  },
  lower({ b, inputs: { inputs } }) {
    const apart = inputs.map((value) => reshape(b, value, value.type.shape.toSpliced(1, 0, 1)));
    return { output: concat(b, apart, 1) };
  },
});
