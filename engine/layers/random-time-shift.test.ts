import {
  LENGTH,
  eachStep,
  sequences,
  signed,
  step,
  unchanged,
} from '../../tests/conformance/augmentation.ts';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './random-time-shift.ts';

checkLayer(layer, [
  {
    name: 'moves sequences by whole steps',
    params: { shift: 0.5 },
    inputs: sequences,
    expected: eachStep((n, t, c) => step(n, t - Math.floor(signed(n) * 0.5 * LENGTH + 0.5), c)),
  },
  unchanged(sequences.input[0]),
]);
