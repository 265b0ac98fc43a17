import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { uniform } from '../core/random.ts';
import layer from './gaussian-dropout.ts';

// The test's two draws are the same numbers; in a model they are not.
const NOISE = Array.from({ length: 12 }, (_, at) => {
  const draw = uniform(7, 3, 1, at);
  return Math.sqrt(-2 * Math.log(1 - draw)) * Math.cos(2 * Math.PI * (draw - 0.5));
});

checkLayer(layer, [
  {
    name: 'training multiplies by noise around 1',
    params: { rate: 0.2 },
    inputs: { input: [{ shape: [3, 4], values: Array(12).fill(3) }] },
    expected: NOISE.map((noise) => 3 * (1 + 0.5 * noise)),
  },
  {
    name: 'evaluation changes nothing',
    inputs: { input: [{ shape: [3, 4] }] },
    training: false,
    expected: (x) => x,
  },
]);
