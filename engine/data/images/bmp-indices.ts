/** Run lengths of indices of 8 and of 4 bits, by their number in the header (Microsoft, Bitmap Compression). */
const RUNS: Readonly<Record<number, number>> = { 1: 8, 2: 4 };
/** What begins with a zero: the end of a row, the end of the image, and a step aside. */
const [END_OF_ROW, END_OF_IMAGE, STEP] = [0, 1, 2];

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression: number;
}

/** True for bitmaps of indices that are packed: two in a byte, or as run lengths. */
export const isPacked = ({ bits, compression }: Layout): boolean =>
  compression === 0 ? bits === 4 : RUNS[compression] === bits;

/** The same bitmap with a byte for each index. Throws an `Error` where it ends too early. */
export function unpackIndices(bytes: Buffer, layout: Layout): Buffer {
  const { width, height, bits } = layout;
  const rowBytes = Math.ceil(width / 4) * 4;
  const palette = 14 + bytes.readUInt32LE(14);
  const colours = bytes.readUInt32LE(46) || 2 ** bits;
  const start = palette + 4 * colours;
  const unpacked = Buffer.alloc(start + rowBytes * height);
  bytes.copy(unpacked, 0, 0, start);
  unpacked.writeUInt32LE(start, 10);
  unpacked.writeUInt16LE(8, 28);
  unpacked.writeUInt32LE(0, 30);
  unpacked.writeUInt32LE(colours, 46);
  const put = (x: number, y: number, index: number): void => {
    if (x < width && y < height) unpacked[start + y * rowBytes + x] = index;
  };
  const packed = bytes.subarray(bytes.readUInt32LE(10));
  if (layout.compression === 0) readHalves(packed, layout, put);
  else readRuns(packed, layout, put);
  return unpacked;
}

type Put = (x: number, y: number, index: number) => void;

const half = (byte: number, at: number): number => (at % 2 === 0 ? byte >> 4 : byte & 15);

function readHalves(packed: Buffer, { width, height }: Layout, put: Put): void {
  const rowBytes = Math.ceil(width / 8) * 4;
  if (packed.length < rowBytes * height) throw endsTooEarly();
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) put(x, y, half(packed[y * rowBytes + (x >> 1)], x));
}

function readRuns(packed: Buffer, { height, bits }: Layout, put: Put): void {
  let [x, y] = [0, 0];
  for (let at = 0; y < height;) {
    if (at + 1 >= packed.length) throw endsTooEarly();
    const [count, value] = [packed[at], packed[at + 1]];
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(x++, y, bits === 8 ? value : half(value, i));
    else if (value === END_OF_IMAGE) return;
    else if (value === END_OF_ROW) [x, y] = [0, y + 1];
    else if (value === STEP) {
      x += packed[at];
      y += packed[at + 1];
      at += 2;
    } else {
      for (let i = 0; i < value; i++)
        put(x++, y, bits === 8 ? packed[at + i] : half(packed[at + (i >> 1)], i));
      // Indices as they are fill up to two bytes.
      at += 2 * Math.ceil((value * bits) / 16);
    }
  }
}

export const endsTooEarly = (): Error => new Error('The bitmap ends too early.');
