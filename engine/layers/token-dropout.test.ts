import { draw, unchanged } from '../../tests/conformance/augmentation.ts';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './token-dropout.ts';

const tokens = [2, 5, 3, 0, 4, 7, 0, 0];
checkLayer(layer, [
  {
    name: 'makes tokens unknown, but leaves padding',
    params: { rate: 0.5 },
    inputs: { input: [{ shape: [2, 4], values: tokens, dtype: 'i32' }] },
    expected: tokens.map((token, at) => (token !== 0 && draw(at) < 0.5 ? 1 : token)),
    differentiable: false,
  },
  unchanged({ shape: [2, 4], values: tokens, dtype: 'i32' }),
]);
