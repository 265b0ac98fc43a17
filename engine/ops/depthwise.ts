import type { NdArray } from '../core/ndarray.ts';
import type { Shape } from '../core/shape.ts';
import { windowElements } from './pooling.ts';
import type { Window } from './window.ts';

/** What depthwise convolutions share: a kernel [rows, columns, channels], one filter for each channel. */

/** Calls `visit` with the flat positions of every product that is summed: of image, kernel and result. */
export function visitProducts(
  x: NdArray,
  kernel: Shape,
  result: Shape,
  window: Window,
  visit: (image: number, weight: number, result: number) => void,
): void {
  const [images, height, width, channels] = result;
  const pooling = { ...window, size: [kernel[0], kernel[1]] as const };
  let to = 0;
  for (let image = 0; image < images; image++)
    for (let oy = 0; oy < height; oy++)
      for (let ox = 0; ox < width; ox++)
        for (let channel = 0; channel < channels; channel++, to++)
          for (const { tap, at } of windowElements(x, pooling, [image, oy, ox, channel]))
            visit(at, tap * channels + channel, to);
}
