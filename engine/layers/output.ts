import { defineLayer } from './layer.ts';
import { INPUT } from './shapes.ts';

export default defineLayer({
  type: 'output',
  title: 'Output',
  category: 'data',
  summary: 'A result that the model gives when it is used.',
  doc:
    'Marks what the finished model predicts. Without an Output the prediction that goes into the loss is the result. A classifier ' +
    'usually trains on raw scores and gives the Softmax of them as its Output.',
  keywords: ['prediction', 'result'],
  fields: {},
  inputs: INPUT,
  outputs: [],
  infer: () => ({ outputs: {} }),
  lower: () => ({}),
  prediction: 'input',
});
