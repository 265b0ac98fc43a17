import type { Sharp } from 'sharp';
import { StrataError, type Problem } from '../../core/errors.ts';
import { choice, integers, type ParamsOf } from '../../core/fields.ts';
import type { FileTree } from '../sources/archive.ts';
import type { FileContent } from '../sources/file-content.ts';
import { bmpSize, decodeBmp, isBmp } from './bmp.ts';
import { sampled } from '../sources/file-rows.ts';
import type { ReaderColumn } from '../format.ts';

/** What all formats of images share: how they are looked at, read and brought to one size. */

/** Names of the files that are read; what is in them decides how. */
export const IMAGE_NAME = /\.(png|jpe?g|jfif|webp|gif|bmp|tiff?|avif)$/i;

/** Images whose size and colours are looked at before the import. */
const SAMPLED = 48;
/** Longest side of the size that is proposed. */
const MOST_PROPOSED = 256;
/** About 16,000 × 16,000: an image that takes a gigabyte to unpack. */
const MOST_PIXELS = 2 ** 28;
/** Of 8 and of 16 bits: the only ones of which 0 is black and the largest one white. */
const DEPTHS = new Set(['uchar', 'ushort']);

export const imageFields = {
  size: integers({
    label: 'Size, height × width',
    help: 'Images of another size are scaled to this one.',
    default: [32, 32],
    length: 2,
    min: 1,
  }),
  colour: choice({
    label: 'Colours',
    help: 'Gray images have one channel, colour images three (red, green, blue).',
    default: 'rgb' as 'rgb' | 'gray',
    options: [
      { value: 'rgb', label: 'colour' },
      { value: 'gray', label: 'gray' },
    ],
  }),
};
export type ImageOptions = ParamsOf<typeof imageFields>;

/** Reads the bytes of an image. */
type ImageRead = () => Promise<Buffer>;

export const detectImages = (tree: FileTree, paths: readonly string[]): Promise<Partial<ImageOptions>> =>
  commonImages(paths.map((path) => () => tree.read(path)));

/** The most frequent size, made smaller where models would be slow with it; gray where no image has colours. */
export async function commonImages(images: readonly ImageRead[]): Promise<Partial<ImageOptions>> {
  const sizes = new Map<string, number>();
  let gray = true;
  for (const read of sampled(images, SAMPLED)) {
    // Only a look: the import reads the image again and reports what is wrong with it.
    const facts = await read()
      .then(imageFacts)
      .catch(() => null);
    if (!facts) continue;
    const size = `${facts.height},${facts.width}`;
    sizes.set(size, (sizes.get(size) ?? 0) + 1);
    gray &&= facts.gray;
  }
  if (sizes.size === 0) return {};
  const [common] = [...sizes].reduce((a, b) => (b[1] > a[1] ? b : a));
  const extents = common.split(',').map(Number);
  const scale = Math.min(1, MOST_PROPOSED / Math.max(...extents));
  const size = extents.map((extent) => Math.max(1, Math.round(extent * scale)));
  return { size, colour: gray ? 'gray' : 'rgb' };
}

export function imageColumn({ size: [height, width], colour }: ImageOptions): ReaderColumn {
  const shape = [height, width, colour === 'gray' ? 1 : 3];
  return { name: 'image', kind: 'image', role: 'input', shape };
}

export const imageReason = ({ size: [height, width], colour }: ImageOptions): string =>
  `Images are brought to ${height} × ${width}, ${colour === 'gray' ? 'gray' : 'in colour'}.`;

export interface ImageFacts {
  /** As it is seen: turned as its camera was held. */
  readonly width: number;
  readonly height: number;
  readonly gray: boolean;
  /** True where the rows of pixels as they are stored are columns of the image. */
  readonly turned: boolean;
  /** How a pixel is stored, by the decoder's name. */
  readonly depth: string;
}

/** What an image says of itself. Throws the decoder's error. */
export async function imageFacts(bytes: Buffer): Promise<ImageFacts> {
  if (isBmp(bytes)) return { ...bmpSize(bytes), gray: false, turned: false, depth: 'uchar' };
  const { default: sharp } = await import('sharp');
  const {
    autoOrient,
    channels,
    depth,
    orientation = 1,
  } = await sharp(bytes, {
    limitInputPixels: false,
  }).metadata();
  return { ...autoOrient, gray: channels < 3, turned: orientation > 4, depth };
}

/**
 * The pixels of an image at the wanted size, a byte each. It is turned upright, unless its annotations are of the pixels as they are
 * stored; transparent parts become white. Throws `IMAGE_TOO_LARGE`, `IMAGE_DEPTH`, and the decoder's error.
 */
export async function decodeImage(
  bytes: Buffer,
  { size: [height, width], colour }: ImageOptions,
  upright = true,
): Promise<Uint8Array> {
  const opened = await openImage(bytes);
  const image = (upright ? opened.autoOrient() : opened)
    .flatten({ background: '#fff' })
    .resize(width, height, { fit: 'fill' })
    .toColourspace(colour === 'gray' ? 'b-w' : 'srgb');
  const pixels = await (colour === 'gray' ? image.extractChannel(0) : image).raw().toBuffer();
  return new Uint8Array(pixels);
}

async function openImage(bytes: Buffer): Promise<Sharp> {
  const { width, height, depth } = await imageFacts(bytes);
  if (width * height > MOST_PIXELS) throw tooLarge(width, height);
  if (!DEPTHS.has(depth)) throw noBlackAndWhite(depth);
  const { default: sharp } = await import('sharp');
  if (!isBmp(bytes)) return sharp(bytes, { failOn: 'error' });
  const { pixels } = decodeBmp(bytes);
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export const unreadableImage = (path: string): Problem => ({
  code: 'IMAGE_UNREADABLE',
  message: `The image ${path} cannot be read. It was left out.`,
  expected: 'a whole image',
  fix: 'Replace or delete the file.',
});

/** An annotation, or a row of a table, whose image is not there. */
export function imageMissing(name: string, where: string): Problem {
  return {
    code: 'IMAGE_MISSING',
    message: `There is no image ${name}, or there are several. What is said of it was left out.`,
    where,
    got: name,
    fix: 'Put the image into the folder, name it with its folder, or delete what is said of it.',
  };
}

/** Images that are one example each. */
export const imageContent: FileContent<typeof imageFields> = {
  noun: 'image',
  fields: imageFields,
  fits: IMAGE_NAME,
  detect: detectImages,
  column: imageColumn,
  reason: imageReason,
  decode: decodeImage,
  unreadable: unreadableImage,
};

function tooLarge(width: number, height: number): StrataError {
  return new StrataError({
    code: 'IMAGE_TOO_LARGE',
    message: 'The image has too many pixels to be read. It was left out.',
    got: `${width} × ${height}`,
    expected: `at most ${MOST_PIXELS / 2 ** 20} million pixels`,
    fix: 'Make it smaller with another program.',
  });
}

function noBlackAndWhite(depth: string): StrataError {
  return new StrataError({
    code: 'IMAGE_DEPTH',
    message: 'The pixels of the image are numbers without a fixed black and white. It was left out.',
    got: depth,
    expected: 'whole numbers of 8 or 16 bits',
    fix: 'Save it with 8 or 16 bits, or import the numbers as NumPy arrays.',
  });
}
