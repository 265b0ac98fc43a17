import { maximum } from '../ops/max.ts';
import { mul } from '../ops/mul.ts';
import { restore } from '../ops/reduction.ts';
import { sum } from '../ops/reduce-sum.ts';
import { rsqrt } from '../ops/rsqrt.ts';
import { defineLayer } from './layer.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

/** Smallest length that is divided by, as in PyTorch. */
const SHORTEST = 1e-12;

export default defineLayer({
  type: 'unit-norm',
  title: 'UnitNorm',
  category: 'normalisation',
  summary: 'Brings each vector to length 1.',
  doc:
    '$y = x / |x|$ with the length over the last axis.\n\n' +
    'For embeddings that are compared by their direction, as in contrastive learning (Schroff et al., “FaceNet”, CVPR 2015).',
  keywords: ['l2 normalize', 'unit length', 'embedding', 'contrastive'],
  fields: {},
  inputs: INPUT,
  outputs: OUTPUT,
  infer: elementwise,
  stepwise: eachPosition,
  lower({ b, inputs }) {
    const [x] = inputs.input;
    const { shape } = x.type;
    const axes = [shape.length - 1];
    const inverse = rsqrt(b, maximum(b, sum(b, mul(b, x, x), axes), SHORTEST ** 2));
    return { output: mul(b, x, restore(b, inverse, shape, axes)) };
  },
});
