import { describe, expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { uniform } from '../core/random.ts';
import { layers } from '../graph/catalogue.ts';
import randomAffine from './random-affine.ts';
import randomColour from './random-colour.ts';
import randomErasing from './random-erasing.ts';
import randomFlip from './random-flip.ts';
import randomTimeShift from './random-time-shift.ts';
import specAugment from './spec-augment.ts';
import tokenDropout from './token-dropout.ts';

/** All layers that augment, against plain loops over the same draws; in these tests all draws of one shape are the same numbers. */
const draw = (at: number): number => uniform(7, 3, 1, at);
const signed = (at: number): number => 2 * draw(at) - 1;

const [BATCH, HEIGHT, WIDTH, CHANNELS] = [3, 4, 5, 2];
const image = Array.from({ length: BATCH * HEIGHT * WIDTH * CHANNELS }, (_, at) =>
  Math.fround(Math.sin(at) + 1.5),
);
const images = { input: [{ shape: [BATCH, HEIGHT, WIDTH, CHANNELS], values: image }] };
const pixel = (n: number, y: number, x: number, c: number): number =>
  y < 0 || x < 0 || y >= HEIGHT || x >= WIDTH ? 0 : image[((n * HEIGHT + y) * WIDTH + x) * CHANNELS + c];

/** A value for each element of an image batch. */
function eachPixel(value: (n: number, y: number, x: number, c: number) => number): number[] {
  return image.map((_, at) => {
    const c = at % CHANNELS;
    const x = Math.floor(at / CHANNELS) % WIDTH;
    const y = Math.floor(at / CHANNELS / WIDTH) % HEIGHT;
    return value(Math.floor(at / CHANNELS / WIDTH / HEIGHT), y, x, c);
  });
}

function between(n: number, y: number, x: number, c: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - top, x - left];
  return (
    (1 - down) * (1 - right) * pixel(n, top, left, c) +
    (1 - down) * right * pixel(n, top, left + 1, c) +
    down * (1 - right) * pixel(n, top + 1, left, c) +
    down * right * pixel(n, top + 1, left + 1, c)
  );
}

/** Whether a stretch that was drawn for example `n` hides the place `at`. */
function hides(n: number, at: number, extent: number, part: number): boolean {
  const length = draw(n) * part * extent;
  const start = draw(n) * (extent - length);
  return at + 0.5 >= start && at + 0.5 < start + length;
}

checkLayer(randomFlip, [
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
]);

checkLayer(randomAffine, [
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
]);

const meanOf = (n: number): number => {
  const own = image.slice(n * HEIGHT * WIDTH * CHANNELS, (n + 1) * HEIGHT * WIDTH * CHANNELS);
  return own.reduce((sum, value) => sum + value) / own.length;
};

checkLayer(randomColour, [
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
]);

checkLayer(randomErasing, [
  {
    name: 'hides a rectangle of each image',
    params: { size: 1 },
    inputs: images,
    expected: eachPixel((n, y, x, c) =>
      hides(n, y, HEIGHT, 1) && hides(n, x, WIDTH, 1) ? 0 : pixel(n, y, x, c),
    ),
  },
]);

const [LENGTH, BANDS] = [6, 4];
const series = Array.from({ length: BATCH * LENGTH * BANDS }, (_, at) => Math.fround(Math.cos(at) + 2));
const sequences = { input: [{ shape: [BATCH, LENGTH, BANDS], values: series }] };
const eachStep = (value: (n: number, t: number, c: number) => number): number[] =>
  series.map((_, at) => value(Math.floor(at / BANDS / LENGTH), Math.floor(at / BANDS) % LENGTH, at % BANDS));
const step = (n: number, t: number, c: number): number =>
  t < 0 || t >= LENGTH ? 0 : series[(n * LENGTH + t) * BANDS + c];

checkLayer(specAugment, [
  {
    name: 'hides steps and channels',
    params: { longestSteps: 0.8, longestChannels: 0.8 },
    inputs: sequences,
    expected: eachStep((n, t, c) =>
      hides(n, t, LENGTH, 0.8) || hides(n, c, BANDS, 0.8) ? 0 : step(n, t, c),
    ),
  },
]);

checkLayer(randomTimeShift, [
  {
    name: 'moves sequences by whole steps',
    params: { shift: 0.5 },
    inputs: sequences,
    expected: eachStep((n, t, c) => step(n, t - Math.floor(signed(n) * 0.5 * LENGTH + 0.5), c)),
  },
]);

const tokens = [2, 5, 3, 0, 4, 7, 0, 0];
checkLayer(tokenDropout, [
  {
    name: 'makes tokens unknown, but leaves padding',
    params: { rate: 0.5 },
    inputs: { input: [{ shape: [2, 4], values: tokens, dtype: 'i32' }] },
    expected: tokens.map((token, at) => (token !== 0 && draw(at) < 0.5 ? 1 : token)),
    differentiable: false,
  },
]);

/** Mixup has two outputs and a test of its own. */
const AUGMENTATIONS = layers.filter(({ category, type }) => category === 'augmentation' && type !== 'mixup');

describe.each(AUGMENTATIONS.map((layer) => [layer.type, layer] as const))('%s', (_, layer) => {
  const input =
    layer.type === 'token-dropout'
      ? { shape: [2, 4], values: tokens, dtype: 'i32' as const }
      : (layer.inputs[0].doc.startsWith('Images') ? images : sequences).input[0];
  checkLayer(layer, [
    {
      name: 'does nothing when the model is evaluated or used',
      inputs: { input: [input] },
      training: false,
      expected: input.values,
      differentiable: false,
    },
  ]);
});

it('there are augmentations of images, sequences and texts', () => {
  const kinds = layers
    .filter(({ category }) => category === 'augmentation')
    .map(({ inputs }) => inputs[0].doc);
  for (const kind of ['Images', 'Sequences', 'Indices']) expect(kinds.join()).toContain(kind);
});
