import {
  BANDS,
  LENGTH,
  eachStep,
  hides,
  sequences,
  step,
  unchanged,
} from '../../tests/conformance/augmentation.ts';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './spec-augment.ts';

checkLayer(layer, [
  {
    name: 'hides steps and channels',
    params: { longestSteps: 0.8, longestChannels: 0.8 },
    inputs: sequences,
    expected: eachStep((n, t, c) =>
      hides(n, t, LENGTH, 0.8) || hides(n, c, BANDS, 0.8) ? 0 : step(n, t, c),
    ),
  },
  unchanged(sequences.input[0]),
]);
