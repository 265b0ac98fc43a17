import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './multiply.ts';

checkLayer(layer, [
  {
    name: 'three inputs',
    inputs: {
      inputs: [
        { shape: [2, 2], values: [1, 2, 3, 4] },
        { shape: [2, 2], values: [0.5, -1, 2, 0] },
        { shape: [2, 2], values: [2, 2, -1, 3] },
      ],
    },
    expected: [1, -4, -6, 0],
  },
]);
