import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './concat.ts';

checkLayer(layer, [
  { name: 'features', inputs: { inputs: [{ shape: [2, 3] }, { shape: [2, 1] }] } },
  {
    name: 'rows of images',
    params: { axis: 1 },
    inputs: { inputs: [{ shape: [2, 3, 2, 2] }, { shape: [2, 1, 2, 2] }] },
  },
]);
