import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './flatten.ts';

checkLayer(layer, [{ name: 'images', inputs: { input: [{ shape: [2, 2, 3, 2] }] }, expected: (x) => x }]);
