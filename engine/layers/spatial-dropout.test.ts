import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { uniform } from '../core/random.ts';
import layer from './spatial-dropout.ts';

const hidden = (image: number, channel: number): boolean => uniform(7, 3, 1, image * 3 + channel) < 0.25;

checkLayer(layer, [
  {
    name: 'training hides channels and raises the others',
    params: { rate: 0.25 },
    inputs: { input: [{ shape: [3, 2, 2, 3], values: Array(36).fill(3) }] },
    expected: Array.from({ length: 36 }, (_, at) => (hidden(Math.floor(at / 12), at % 3) ? 0 : 4)),
  },
  {
    name: 'evaluation changes nothing',
    inputs: { input: [{ shape: [3, 4] }] },
    training: false,
    expected: (x) => x,
  },
]);
