import { decode } from 'bmp-ts';
import { endsTooEarly, isPacked, unpackIndices } from './bmp-indices.ts';

/** Pixels, red, green and blue, row by row from the top. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

const HEADER_BYTES = 34;
/** Rows of pixels as they are, with masks or without; what is left beside run lengths are whole JPEG and PNG files. */
const PLAIN = new Set([0, 3, 6]);

export const isBmp = (bytes: Buffer): boolean =>
  bytes.length >= HEADER_BYTES && bytes.subarray(0, 2).toString('latin1') === 'BM';

/** Width and height by the header. */
export const bmpSize = (bytes: Buffer): Pick<Bitmap, 'width' | 'height'> => ({
  width: bytes.readInt32LE(18),
  height: Math.abs(bytes.readInt32LE(22)),
});

/**
 * A Windows bitmap of 1 to 32 bits per pixel. Throws an `Error` where it ends too early or holds a JPEG or PNG file. The library reads no run
 * lengths, and two indices in a byte only in rows of even width.
 */
export function decodeBmp(bytes: Buffer): Bitmap {
  const { width, height } = bmpSize(bytes);
  const start = bytes.readUInt32LE(10);
  const bits = bytes.readUInt16LE(28);
  const compression = bytes.readUInt32LE(30);
  const layout = { width, height, bits, compression };
  if (isPacked(layout)) return decodeBmp(unpackIndices(bytes, layout));
  if (!PLAIN.has(compression)) throw new Error('The bitmap is compressed, and not as run lengths.');
  // Rows are filled up to four bytes.
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (bytes.length < start + rowBytes * height) throw endsTooEarly();
  const { data } = decode(bytes);
  const pixels = Buffer.alloc(width * height * 3);
  // The library gives four bytes a pixel, the last of them red.
  for (let from = 0, to = 0; to < pixels.length; from += 4) {
    pixels[to++] = data[from + 3];
    pixels[to++] = data[from + 2];
    pixels[to++] = data[from + 1];
  }
  return { width, height, pixels };
}
