import {
  HEIGHT,
  WIDTH,
  between,
  eachPixel,
  images,
  signed,
  unchanged,
} from '../../tests/conformance/augmentation.ts';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './random-affine.ts';

checkLayer(layer, [
  {
    name: 'shifts images, and fills up with 0',
    params: { rotation: 0, zoom: 0, shift: 0.5 },
    inputs: images,
    expected: eachPixel((n, y, x, c) =>
      between(n, y - signed(n) * 0.5 * HEIGHT, x - signed(n) * 0.5 * WIDTH, c),
    ),
  },
  {
    name: 'turns, zooms and shifts images',
    params: { rotation: 40, zoom: 0.3, shift: 0.1 },
    inputs: images,
    expected: eachPixel((n, row, column, c) => {
      const angle = (signed(n) * 40 * Math.PI) / 180;
      const far = 1 / (1 + signed(n) * 0.3);
      const y = row - (HEIGHT - 1) / 2 - signed(n) * 0.1 * HEIGHT;
      const x = column - (WIDTH - 1) / 2 - signed(n) * 0.1 * WIDTH;
      const from = [Math.cos(angle) * y - Math.sin(angle) * x, Math.sin(angle) * y + Math.cos(angle) * x];
      return between(n, from[0] * far + (HEIGHT - 1) / 2, from[1] * far + (WIDTH - 1) / 2, c);
    }),
    tolerance: 1e-4,
  },
  unchanged(images.input[0]),
]);
