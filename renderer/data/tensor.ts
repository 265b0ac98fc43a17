import type { ModelInput } from '../../engine/process/protocol.ts';

type Tensor = Pick<ModelInput, 'shape' | 'values'>;

/** The rows of a matrix, or of one channel of an image; undefined for anything else. */
export function matrixOf({ shape, values }: Tensor, channel: number): number[][] | undefined {
  if (shape.length !== 2 && shape.length !== 3) return undefined;
  const [height, width, channels = 1] = shape;
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => values[(row * width + column) * channels + channel] ?? 0),
  );
}

/** A matrix or an image as a picture, `least` black and `most` white: in colours with three channels, else one of them. */
export function pixelsOf(
  { shape, values }: Tensor,
  channel: number,
  least: number,
  most: number,
): ImageData | undefined {
  if (shape.length !== 2 && shape.length !== 3) return undefined;
  const [height, width, channels = 1] = shape;
  const pixels = new ImageData(width, height);
  const scale = most > least ? 255 / (most - least) : 0;
  for (let at = 0; at < width * height; at++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = values[at * channels + (channels === 3 ? colour : channel)];
      pixels.data[at * 4 + colour] = (value - least) * scale;
    }
    pixels.data[at * 4 + 3] = 255;
  }
  return pixels;
}
