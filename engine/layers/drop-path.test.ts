import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { uniform } from '../core/random.ts';
import layer from './drop-path.ts';

const hidden = (example: number): boolean => uniform(7, 3, 1, example) < 0.5;

checkLayer(layer, [
  {
    name: 'training hides examples and raises the others',
    params: { rate: 0.5 },
    inputs: { input: [{ shape: [8, 3], values: Array(24).fill(3) }] },
    expected: Array.from({ length: 24 }, (_, at) => (hidden(Math.floor(at / 3)) ? 0 : 6)),
  },
  {
    name: 'evaluation changes nothing',
    inputs: { input: [{ shape: [3, 4] }] },
    training: false,
    expected: (x) => x,
  },
]);
