import type { FileHandle } from 'node:fs/promises';
import { DataType, type Data, type RecordBatch } from 'apache-arrow';
import { ByteBuffer } from 'flatbuffers';

/** The Arrow library believes all that a file says of itself. A damaged one would keep it busy for ever, or fill the memory with nothing. */

const prototype: { __vector_len(this: ByteBuffer, offset: number): number } = ByteBuffer.prototype;
const lengthOf = prototype.__vector_len;
/** No list of a message has more entries than the message has bytes. */
prototype.__vector_len = function (offset) {
  const length = lengthOf.call(this, offset);
  if (length < 0 || length > this.capacity()) throw new Error(`A list of ${length} entries.`);
  return length;
};

/** The library reads most of a file once. */
const MOST_TIMES = 4;

/**
 * A file to be read once. Where it ends too early, a place before its beginning is asked for, or a message is of no known kind, the library
 * would try again and again.
 */
export async function guarded(file: FileHandle): Promise<FileHandle> {
  let left = MOST_TIMES * (await file.stat()).size;
  const read = async (buffer: Uint8Array, offset: number, length: number, position: number) => {
    const result = position < 0 ? undefined : await file.read(buffer, offset, length, position);
    left -= result?.bytesRead ?? 0;
    if (!result?.bytesRead || left < 0) throw new Error(`What is at byte ${position} makes no sense.`);
    return result;
  };
  return { fd: file.fd, stat: () => file.stat(), read, close: () => file.close() } as unknown as FileHandle;
}

/** Throws where there are more rows than values: the library would fill the others up with missing ones. */
export function requireValues({ data }: RecordBatch): void {
  for (const child of data.children) {
    const room = roomOf(child);
    if (child.length > room) throw new Error(`${child.length} rows of ${room} values.`);
  }
}

/** How many values there are, by the one kind of buffer that all values of the type have. */
function roomOf({ type, values, valueOffsets }: Data): number {
  const offsets = valueOffsets as ArrayLike<unknown> | undefined;
  if (offsets) return Math.max(0, offsets.length - 1);
  const stored = values as ArrayLike<unknown> | undefined;
  if (!stored) return Infinity;
  return DataType.isBool(type) ? 8 * stored.length : stored.length;
}
