import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { recurrentSamples } from '../../tests/conformance/recurrent-samples.ts';
import layer from './lstm.ts';

checkLayer(layer, recurrentSamples(['hidden', 'cell']));
