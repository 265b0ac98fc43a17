import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { uniform } from '../core/random.ts';
import layer from './alpha-dropout.ts';

const LIMIT = -1.7580993408473766;
// Mean and variance of numbers of mean 0 and variance 1, a quarter of which have become the limit.
const MEAN = 0.25 * LIMIT;
const VARIANCE = 0.75 + 0.25 * LIMIT ** 2 - MEAN ** 2;

checkLayer(layer, [
  {
    name: 'training moves values to the limit of SELU and brings mean and deviation back',
    params: { rate: 0.25 },
    inputs: { input: [{ shape: [3, 4], values: Array(12).fill(3) }] },
    expected: Array.from({ length: 12 }, (_, at) => {
      const value = uniform(7, 3, 1, at) < 0.25 ? LIMIT : 3;
      return (value - MEAN) / Math.sqrt(VARIANCE);
    }),
  },
  {
    name: 'evaluation changes nothing',
    params: { rate: 0.25 },
    inputs: { input: [{ shape: [3, 4] }] },
    training: false,
    expected: (x) => x,
  },
]);
