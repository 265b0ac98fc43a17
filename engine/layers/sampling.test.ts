import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { uniform } from '../core/random.ts';
import layer from './sampling.ts';

// The test's two draws are the same numbers; in a model they are not.
const NOISE = Array.from({ length: 6 }, (_, at) => {
  const draw = uniform(7, 3, 1, at);
  return Math.sqrt(-2 * Math.log(1 - draw)) * Math.cos(2 * Math.PI * (draw - 0.5));
});
const mean = [{ shape: [2, 3], values: [1, 2, 3, -1, -2, -3] }];
const logVariance = [0, 1, -1, 0.5, 2, -2];

checkLayer(layer, [
  {
    name: 'training draws from the distributions',
    inputs: { mean, 'log-variance': [{ shape: [2, 3], values: logVariance }] },
    expected: NOISE.map((noise, at) => mean[0].values[at] + Math.exp(logVariance[at] / 2) * noise),
  },
  {
    name: 'evaluation takes the means',
    inputs: { mean, 'log-variance': [{ shape: [2, 3], values: logVariance }] },
    training: false,
    expected: mean[0].values,
  },
]);
