import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './average.ts';

checkLayer(layer, [
  {
    name: 'three inputs',
    inputs: {
      inputs: [
        { shape: [1, 2], values: [1, 2] },
        { shape: [1, 2], values: [2, 5] },
        { shape: [1, 2], values: [6, -1] },
      ],
    },
    expected: [3, 2],
  },
]);
