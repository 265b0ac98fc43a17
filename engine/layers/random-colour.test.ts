import {
  CHANNELS,
  HEIGHT,
  WIDTH,
  eachPixel,
  image,
  images,
  pixel,
  signed,
  unchanged,
} from '../../tests/conformance/augmentation.ts';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './random-colour.ts';

const meanOf = (n: number): number => {
  const own = image.slice(n * HEIGHT * WIDTH * CHANNELS, (n + 1) * HEIGHT * WIDTH * CHANNELS);
  return own.reduce((sum, value) => sum + value) / own.length;
};

checkLayer(layer, [
  {
    name: 'adds to all values of an image',
    params: { brightness: 0.5, contrast: 0, saturation: 0 },
    inputs: images,
    expected: eachPixel((n, y, x, c) => pixel(n, y, x, c) + 0.5 * signed(n)),
  },
  {
    name: 'changes contrast around the mean',
    params: { brightness: 0, contrast: 0.5, saturation: 0 },
    inputs: images,
    expected: eachPixel((n, y, x, c) => {
      const value = pixel(n, y, x, c);
      return value + 0.5 * signed(n) * (value - meanOf(n));
    }),
  },
  {
    name: 'changes colours around their grey',
    params: { brightness: 0, contrast: 0, saturation: 0.5 },
    inputs: images,
    expected: eachPixel((n, y, x, c) => {
      const value = pixel(n, y, x, c);
      const grey = (pixel(n, y, x, 0) + pixel(n, y, x, 1)) / 2;
      return value + 0.5 * signed(n) * (value - grey);
    }),
  },
  unchanged(images.input[0]),
]);
