import {
  HEIGHT,
  WIDTH,
  draw,
  eachPixel,
  images,
  pixel,
  unchanged,
} from '../../tests/conformance/augmentation.ts';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './random-flip.ts';

checkLayer(layer, [
  {
    name: 'mirrors some images left to right',
    inputs: images,
    expected: eachPixel((n, y, x, c) => pixel(n, y, draw(n) < 0.5 ? WIDTH - 1 - x : x, c)),
  },
  {
    name: 'turns all images upside down',
    params: { horizontal: 0, vertical: 1 },
    inputs: images,
    expected: eachPixel((n, y, x, c) => pixel(n, HEIGHT - 1 - y, x, c)),
  },
  unchanged(images.input[0]),
]);
