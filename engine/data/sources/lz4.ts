/**
 * LZ4 frames, in which Arrow packs its buffers, by the "LZ4 Frame Format Description" 1.6 and the "LZ4 Block Format Description" (lz4.org).
 * Checksums are passed over: Arrow writes none.
 */

const MAGIC = 0x184d2204;
const UNPACKED = 0x80000000;
/** What flags say that stands beside the blocks. */
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;
const DICTIONARY = 0x01;

interface Block {
  readonly bytes: Uint8Array;
  readonly packed: boolean;
}

/** Throws where the frame is damaged. */
export function unpackLz4(frame: Uint8Array): Uint8Array {
  const { blocks, most } = blocksOf(frame);
  const out = new Uint8Array(blocks.length * most);
  let end = 0;
  for (const { bytes, packed } of blocks) {
    if (packed) end = unpackBlock(bytes, out, end);
    else {
      out.set(bytes, end);
      end += bytes.length;
    }
  }
  return out.subarray(0, end);
}

/** The blocks of a frame, and how many bytes one of them unpacks to at most. */
function blocksOf(frame: Uint8Array): { readonly blocks: readonly Block[]; readonly most: number } {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new Error('no LZ4 frame');
  const flags = view.getUint8(4);
  const most = 1 << (8 + 2 * ((view.getUint8(5) >> 4) & 7));
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY ? 4 : 0);
  const blocks: Block[] = [];
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return { blocks, most };
    const end = at + (size & ~UNPACKED);
    if (end > frame.length) throw new Error('LZ4 frame ends too early');
    blocks.push({ bytes: frame.subarray(at, end), packed: size < UNPACKED });
    at = end + (flags & BLOCK_CHECKSUM ? 4 : 0);
  }
}

/** Unpacks a block behind what is there already, which it may repeat; returns where it ends. */
function unpackBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let at = 0;
  let end = start;
  /** A length whose first part stands in four bits; the rest follows where they are full. */
  const lengthFrom = (bits: number): number => {
    let length = bits;
    for (let more = bits === 15 ? 255 : 0; more === 255; length += more) more = block[at++];
    return length;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = lengthFrom(token >> 4);
    // Where a byte was missing, a length is not a number.
    if (!(at + literals <= block.length && end + literals <= out.length)) throw damaged();
    out.set(block.subarray(at, at + literals), end);
    at += literals;
    end += literals;
    if (at === block.length) break;
    const back = block[at] | (block[at + 1] << 8);
    at += 2;
    const length = lengthFrom(token & 15) + 4;
    if (back === 0 || back > end || !(end + length <= out.length)) throw damaged();
    // A part that reaches into itself repeats.
    if (back >= length) out.copyWithin(end, end - back, end - back + length);
    else for (let to = end; to < end + length; to++) out[to] = out[to - back];
    end += length;
  }
  return end;
}

const damaged = (): Error => new Error('LZ4 block is damaged');
