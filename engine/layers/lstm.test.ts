import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './lstm.ts';

const input = [{ shape: [2, 4, 3] }];
const none = { mask: [], hidden: [], cell: [] };
const state = [{ shape: [2, 3] }];

checkLayer(layer, [
  { name: 'the last state', params: { units: 3 }, inputs: { input, ...none } },
  { name: 'every step', params: { units: 3, sequences: true }, inputs: { input, ...none } },
  {
    name: 'both directions',
    params: { units: 2, sequences: true, bidirectional: true },
    inputs: { input, ...none },
  },
  {
    name: 'a given state and a mask',
    params: { units: 3 },
    inputs: {
      input,
      ...none,
      mask: [{ shape: [2, 4], dtype: 'i32', values: [1, 1, 0, 0, 1, 0, 1, 1] }],
      hidden: state,
      cell: state,
    },
  },
]);
