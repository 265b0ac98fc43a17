import {
  HEIGHT,
  WIDTH,
  eachPixel,
  hides,
  images,
  pixel,
  unchanged,
} from '../../tests/conformance/augmentation.ts';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './random-erasing.ts';

checkLayer(layer, [
  {
    name: 'hides a rectangle of each image',
    params: { size: 1 },
    inputs: images,
    expected: eachPixel((n, y, x, c) =>
      hides(n, y, HEIGHT, 1) && hides(n, x, WIDTH, 1) ? 0 : pixel(n, y, x, c),
    ),
  },
  unchanged(images.input[0]),
]);
