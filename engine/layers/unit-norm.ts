import { defineLayer } from './layer.ts';
import { unit } from './products.ts';
import { elementwise, INPUT, OUTPUT } from './shapes.ts';
import { eachPosition } from './stepwise.ts';

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
  lower: ({ b, inputs }) => ({ output: unit(b, inputs.input[0]) }),
});
