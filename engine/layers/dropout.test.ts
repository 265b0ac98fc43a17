import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { uniform } from '../core/random.ts';
import layer from './dropout.ts';

const HIDDEN = Array.from({ length: 12 }, (_, at) => uniform(7, 3, 1, at) < 0.25);

checkLayer(layer, [
  {
    name: 'training hides values and raises the others',
    params: { rate: 0.25 },
    inputs: { input: [{ shape: [3, 4], values: Array(12).fill(3) }] },
    expected: HIDDEN.map((hidden) => (hidden ? 0 : 4)),
  },
  {
    name: 'evaluation changes nothing',
    params: { rate: 0.25 },
    inputs: { input: [{ shape: [3, 4] }] },
    training: false,
    expected: (x) => x,
  },
]);
