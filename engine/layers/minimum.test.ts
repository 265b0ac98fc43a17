import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './minimum.ts';

checkLayer(layer, [
  {
    name: 'three inputs',
    inputs: {
      inputs: [
        { shape: [1, 3], values: [-1, 4, 3] },
        { shape: [1, 3], values: [2, 2, 0] },
        { shape: [1, 3], values: [1, 1, 1] },
      ],
    },
    expected: [-1, 1, 0],
  },
]);
