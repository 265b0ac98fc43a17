import { describe, expect, it } from 'vitest';
import { unpackLz4 } from './lz4.ts';

/** A frame with blocks of 64 KiB that may repeat each other. */
const frame = (...blocks: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0, ...blocks.flat(), 0, 0, 0, 0]);

const packed = (...bytes: readonly number[]): number[] => [bytes.length, 0, 0, 0, ...bytes];
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const codes = (letters: string): number[] => [...Buffer.from(letters)];

describe('an LZ4 frame', () => {
  it('repeats what is before it: a part into itself, and across blocks', () => {
    // "ab", then 8 bytes from 2 back; then "c" and 4 bytes from 11 back, and "d".
    const first = packed(0x24, ...codes('ab'), 2, 0);
    const second = packed(0x10, ...codes('c'), 11, 0, 0x10, ...codes('d'));
    expect(text(unpackLz4(frame(first, second)))).toBe('abababababcababd');
  });

  it('has blocks that are not packed, and long parts', () => {
    const long = packed(0x1f, ...codes('x'), 1, 0, 255, 1, 0x10, ...codes('y'));
    const plain = [3, 0, 0, 0x80, ...codes('end')];
    expect(text(unpackLz4(frame(long, plain)))).toBe(`${'x'.repeat(1 + 4 + 15 + 256)}yend`);
  });

  it.each([
    ['is cut off', frame(packed(0x50, ...codes('abcde'))).subarray(0, 12)],
    ['is no frame', Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])],
    ['repeats what is not there', frame(packed(0x14, ...codes('a'), 9, 0))],
    ['has fewer letters than it says', frame(packed(0x90, ...codes('abc')))],
    ['ends in a length', frame(packed(0xf0, 255))],
  ])('that %s is refused', (_, bytes) => {
    expect(() => unpackLz4(bytes)).toThrow();
  });
});
