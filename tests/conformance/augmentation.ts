import type { DType } from '../../engine/core/dtype.ts';
import { uniform } from '../../engine/core/random.ts';

/** What layers that augment are compared with: plain loops over the same draws. In the layer harness all draws of one shape are the same numbers. */
export const draw = (at: number): number => uniform(7, 3, 1, at);
export const signed = (at: number): number => 2 * draw(at) - 1;

export const [BATCH, HEIGHT, WIDTH, CHANNELS] = [3, 4, 5, 2];
export const image = Array.from({ length: BATCH * HEIGHT * WIDTH * CHANNELS }, (_, at) =>
  Math.fround(Math.sin(at) + 1.5),
);
export const images = { input: [{ shape: [BATCH, HEIGHT, WIDTH, CHANNELS], values: image }] };
export const pixel = (n: number, y: number, x: number, c: number): number =>
  y < 0 || x < 0 || y >= HEIGHT || x >= WIDTH ? 0 : image[((n * HEIGHT + y) * WIDTH + x) * CHANNELS + c];

/** A value for each element of an image batch. */
export function eachPixel(value: (n: number, y: number, x: number, c: number) => number): number[] {
  return image.map((_, at) => {
    const c = at % CHANNELS;
    const x = Math.floor(at / CHANNELS) % WIDTH;
    const y = Math.floor(at / CHANNELS / WIDTH) % HEIGHT;
    return value(Math.floor(at / CHANNELS / WIDTH / HEIGHT), y, x, c);
  });
}

export function between(n: number, y: number, x: number, c: number): number {
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
export function hides(n: number, at: number, extent: number, part: number): boolean {
  const length = draw(n) * part * extent;
  const start = draw(n) * (extent - length);
  return at + 0.5 >= start && at + 0.5 < start + length;
}

export const [LENGTH, BANDS] = [6, 4];
export const series = Array.from({ length: BATCH * LENGTH * BANDS }, (_, at) =>
  Math.fround(Math.cos(at) + 2),
);
export const sequences = { input: [{ shape: [BATCH, LENGTH, BANDS], values: series }] };
export const eachStep = (value: (n: number, t: number, c: number) => number): number[] =>
  series.map((_, at) => value(Math.floor(at / BANDS / LENGTH), Math.floor(at / BANDS) % LENGTH, at % BANDS));
export const step = (n: number, t: number, c: number): number =>
  t < 0 || t >= LENGTH ? 0 : series[(n * LENGTH + t) * BANDS + c];

/** When the model is evaluated or used, such a layer does nothing. */
export const unchanged = (input: {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype?: DType;
}) => ({
  name: 'does nothing when the model is evaluated or used',
  inputs: { input: [input] },
  training: false,
  expected: input.values,
  differentiable: false,
});
