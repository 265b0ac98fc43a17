import type { Shown } from '../../core/browse.ts';

/** A PNG as a `data:` URL, no side longer than `limit` pixels. `pixels`: height × width × channels, row-major. */
export async function pictureUrl(
  pixels: Uint8Array,
  [height, width, channels]: readonly number[],
  limit: number,
): Promise<string> {
  const { default: sharp } = await import('sharp');
  const png = await sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } })
    .resize({ width: limit, height: limit, fit: 'inside', kernel: 'nearest', withoutEnlargement: true })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** Colours of a heat map from its least value to its largest: dark to light, so that it can be read without colours, too. */
const SCALE = [
  [13, 10, 60],
  [74, 28, 122],
  [166, 46, 109],
  [232, 102, 68],
  [252, 180, 72],
  [252, 250, 190],
];

/** Values of `rows × columns`, row-major, as colours from the least to the largest. */
export async function heatMap(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  limit: number,
): Promise<Shown> {
  const [least, most] = extremes(values);
  const pixels = new Uint8Array(rows * columns * 3);
  for (let at = 0; at < values.length; at++) {
    const place = most > least ? ((values[at] - least) / (most - least)) * (SCALE.length - 1) : 0;
    const step = Math.min(Math.floor(place), SCALE.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const [from, to] = [SCALE[step][channel], SCALE[step + 1][channel]];
      pixels[at * 3 + channel] = Math.round(from + (place - step) * (to - from));
    }
  }
  const url = await pictureUrl(pixels, [rows, columns, 3], limit);
  const range = [least, most].map((value) => Number(value.toPrecision(3))).join(' to ');
  return { form: 'picture', url, alt: `${rows} × ${columns} values from ${range}` };
}

export function extremes(values: ArrayLike<number>): [least: number, most: number] {
  let least = Infinity;
  let most = -Infinity;
  for (let at = 0; at < values.length; at++) {
    if (values[at] < least) least = values[at];
    if (values[at] > most) most = values[at];
  }
  return [least, most];
}
