import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, imageFacts } from './image-files.ts';

/** 4 × 2 pixels, two of each colour from left to right: red, blue; below them: green, white. */
const PIXELS = Buffer.from(
  [
    ['ff0000', 'ff0000', '0000ff', '0000ff'],
    ['00ff00', '00ff00', 'ffffff', 'ffffff'],
  ]
    .flat()
    .join(''),
  'hex',
);
const pixels = () => sharp(PIXELS, { raw: { width: 4, height: 2, channels: 3 } });
/** A bitmap of Windows, written by hand: rows from the bottom, blue first, filled up to four bytes. */
function bitmap(bits: 8 | 24, tail: readonly number[]): Buffer {
  const header = Buffer.alloc(54);
  const start = 54 + (bits === 8 ? 1024 : 0);
  header.write('BM');
  header.writeUInt32LE(start + tail.length, 2);
  header.writeUInt32LE(start, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(2, 18);
  header.writeInt32LE(2, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  const palette = Array.from({ length: bits === 8 ? 256 : 0 }, (_, at) => [255 - at, at, at, 0]).flat();
  return Buffer.concat([header, Buffer.from([...palette, ...tail])]);
}
const BITMAP = bitmap(24, [0, 255, 0, 255, 255, 255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0]);

const COLOURS = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
];
/** Five, six and five bits of a pixel. */
const MASKS = [0, 0xf8, 0, 0, 0xe0, 7, 0, 0, 0x1f, 0, 0, 0];
/** Three pixels wide, of these colours. */
function smallBitmap(bits: number, compression: number, height: number, pixels: string): Buffer {
  const header = bitmap(24, []);
  const palette =
    bits > 8
      ? compression === 3
        ? MASKS
        : []
      : COLOURS.slice(0, 2 ** bits).flatMap(([r, g, b]) => [b, g, r, 0]);
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeInt32LE(3, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  header.writeUInt32LE(bits > 8 ? 0 : palette.length / 4, 46);
  return Buffer.concat([header, Buffer.from(palette), Buffer.from(pixels, 'hex')]);
}

/** Three pixels: 0, 0.5 and 1 as real numbers, written by Pillow. */
const FLOAT_TIFF =
  'SUkqAAgAAAAKAAABBAABAAAAAwAAAAEBBAABAAAAAQAAAAIBAwABAAAAIAAAAAMBAwABAAAAAQAAAAYBAwABAAAAAQAAABEBBAABAAAAhgAAABYBBAABAAAAAQAAABcBBAABAAAADAAAABwBAwABAAAAAQAAAFMBAwABAAAAAwAAAAAAAAAAAAAAAAAAPwAAgD8=';

async function decoded(bytes: Buffer | Promise<Buffer>, size: number[], colour: 'rgb' | 'gray' = 'rgb') {
  return Array.from(await decodeImage(await bytes, { size, colour }));
}

/** Colours of lossy formats are nearly right. */
function expectNear(got: readonly number[], expected: readonly number[], most: number): void {
  expect(got).toHaveLength(expected.length);
  expect(Math.max(...got.map((value, at) => Math.abs(value - expected[at])))).toBeLessThanOrEqual(most);
}

describe('a picture', () => {
  it.each(['png', 'tiff', 'gif'] as const)('in %s has its colours', async (format) => {
    const image = format === 'tiff' ? pixels().tiff({ compression: 'lzw' }) : pixels().toFormat(format);
    expectNear(await decoded(image.toBuffer(), [2, 4]), [...PIXELS], 1);
  });

  it.each(['jpeg', 'webp', 'avif'] as const)('in %s nearly has them', async (format) => {
    const large = pixels().resize(64, 32, { kernel: 'nearest' });
    const bytes = large.toFormat(format, { quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    const got = await decoded(bytes, [32, 64]);
    for (const [row, column] of [
      [0, 0],
      [0, 2],
      [1, 0],
      [1, 2],
    ]) {
      const at = 3 * ((16 * row + 8) * 64 + 16 * column + 16);
      expectNear(got.slice(at, at + 3), [...PIXELS.subarray(3 * (4 * row + column)).subarray(0, 3)], 6);
    }
  });

  it('in BMP has its colours, with a palette or without', async () => {
    expect(await decoded(BITMAP, [2, 2])).toEqual([255, 0, 0, 0, 0, 255, 0, 255, 0, 255, 255, 255]);
    expect(await decoded(bitmap(8, [0, 1, 0, 0, 255, 2, 0, 0]), [2, 2])).toEqual([
      255, 255, 0, 2, 2, 253, 0, 0, 255, 1, 1, 254,
    ]);
  });

  it.each([
    // 3 × 2 pixels each: red, green, blue; below them blue, blue, red. Rows go up unless the height is negative.
    ['1 bit', 1, 0, 2, '40000000a0000000', [1, 0, 1, 0, 1, 0]],
    ['4 bits', 4, 0, 2, '2200000001200000', [0, 1, 2, 2, 2, 0]],
    ['4 bits, from the top', 4, 0, -2, '0120000022000000', [0, 1, 2, 2, 2, 0]],
    ['8 bits, from the top', 8, 0, -2, '0001020002020000', [0, 1, 2, 2, 2, 0]],
    ['run lengths of 8 bits', 8, 1, 2, '02020100000000030001020000000001', [0, 1, 2, 2, 2, 0]],
    ['run lengths of 4 bits', 4, 2, 2, '022201000000000301200001', [0, 1, 2, 2, 2, 0]],
    ['run lengths with a step', 8, 1, 2, '010100020101010200000001', [0, 0, 2, 1, 0, 0]],
    ['16 bits', 16, 0, 2, '1f001f00007c0000007ce0031f000000', [0, 1, 2, 2, 2, 0]],
    ['16 bits with masks', 16, 3, 2, '1f001f0000f8000000f8e0071f000000', [0, 1, 2, 2, 2, 0]],
  ] as const)('in BMP of %s has its colours', async (_, bits, compression, height, pixels, indices) => {
    const bytes = smallBitmap(bits, compression, height, pixels);
    const colours = indices.flatMap((index) => COLOURS[index]);
    // The library leaves the lower bits of five or six at zero.
    expectNear(await decoded(bytes, [2, 3]), colours, bits === 16 ? 7 : 0);
    await expect(decoded(bytes.subarray(0, -5), [2, 3])).rejects.toThrow('too early');
  });

  it('says how large it is and whether it has colours', async () => {
    expect(await imageFacts(BITMAP)).toMatchObject({ width: 2, height: 2 });
    expect(await imageFacts(await pixels().png().toBuffer())).toMatchObject({
      width: 4,
      height: 2,
      gray: false,
    });
  });

  it('of 16 bits a channel keeps the upper 8', async () => {
    const deep = sharp(Uint16Array.from([0, 0x8000, 0xffff]), { raw: { width: 3, height: 1, channels: 1 } });
    const png = await deep.toColourspace('grey16').png().toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    expect(await decoded(png, [1, 3], 'gray')).toEqual([0, 128, 255]);
  });

  it('of real numbers or 32 bits is refused: nothing says what is white', async () => {
    const error = { code: 'IMAGE_DEPTH', got: 'float' };
    const bytes = Buffer.from(FLOAT_TIFF, 'base64');
    await expect(decoded(bytes, [1, 3])).rejects.toMatchObject({ problem: error });
  });

  it('in CMYK becomes red, green and blue', async () => {
    const red = sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } });
    const bytes = await red.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    expectNear(await decoded(bytes, [1, 1]), [255, 0, 0], 40);
  });

  it('is white where it is transparent', async () => {
    const grayAlpha = sharp(Buffer.from([0, 255, 0, 0]), { raw: { width: 2, height: 1, channels: 2 } });
    expect(await decoded(grayAlpha.png().toBuffer(), [1, 2], 'gray')).toEqual([0, 255]);
  });

  it('is turned as its camera was held, if that is wanted', async () => {
    const turned = await pixels().withMetadata({ orientation: 6 }).png().toBuffer();
    expect(await imageFacts(turned)).toMatchObject({ width: 2, height: 4, turned: true });
    const [red, blue, green, white] = [
      [255, 0, 0],
      [0, 0, 255],
      [0, 255, 0],
      [255, 255, 255],
    ];
    const upright = [green, red, green, red, white, blue, white, blue];
    expect(await decoded(turned, [4, 2])).toEqual(upright.flat());
    const stored = await decodeImage(turned, { size: [2, 4], colour: 'rgb' }, false);
    expect([...stored]).toEqual([...PIXELS]);
  });

  it('of one pixel fills the size', async () => {
    const one = sharp({ create: { width: 1, height: 1, channels: 3, background: '#123456' } });
    expect(await decoded(one.png().toBuffer(), [1, 2])).toEqual([18, 52, 86, 18, 52, 86]);
  });

  it('of too many pixels is refused before it is unpacked', async () => {
    const bytes = await pixels().png().toBuffer();
    // IHDR: width and height (PNG specification, 11.2.1).
    bytes.writeUInt32BE(20_000, 16);
    bytes.writeUInt32BE(20_000, 20);
    const error = { code: 'IMAGE_TOO_LARGE', got: '20000 × 20000' };
    await expect(decoded(bytes, [2, 2])).rejects.toMatchObject({ problem: error });
    const large = Buffer.from(BITMAP);
    large.writeInt32LE(2 ** 20, 18);
    large.writeInt32LE(-(2 ** 20), 22);
    await expect(decoded(large, [2, 2])).rejects.toMatchObject({ problem: { code: 'IMAGE_TOO_LARGE' } });
  });

  it.each(['png', 'jpeg', 'webp', 'gif', 'tiff'] as const)(
    'in %s that ends too early is none',
    async (format) => {
      const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
      const whole = await sharp({ create: { width: 99, height: 99, channels: 3, noise, background: '#000' } })
        .toFormat(format)
        .toBuffer();
      await expect(decoded(whole.subarray(0, whole.length * 0.7), [9, 9])).rejects.toThrow();
    },
  );

  it('in BMP that ends too early or holds a JPEG is none', async () => {
    await expect(decoded(BITMAP.subarray(0, -3), [2, 2])).rejects.toThrow('too early');
    const compressed = Buffer.from(BITMAP);
    compressed.writeUInt32LE(4, 30);
    await expect(decoded(compressed, [2, 2])).rejects.toThrow('compressed');
  });
});
