import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './group-output.ts';

checkLayer(layer, [{ name: 'rows', inputs: { input: [{ shape: [2, 3] }] }, expected: (x) => x }]);
