import { describe, expect, it } from 'vitest';
import { decodeTensors, encodeTensors } from './safetensors.ts';

const file = {
  metadata: { step: '12' },
  tensors: [
    { name: 'dense.kernel', dtype: 'f32', shape: [2, 2], data: Float32Array.of(1, -2.5, 3, NaN) },
    { name: 'image', dtype: 'u8', shape: [3], data: Uint8Array.of(1, 2, 255) },
    { name: 'step', dtype: 'u32', shape: [], data: Uint32Array.of(4_000_000_000) },
    { name: 'label-ü', dtype: 'i32', shape: [1], data: Int32Array.of(-7) },
  ],
} as const;

describe('safetensors', () => {
  it('gives back what was written', () => {
    expect(decodeTensors(encodeTensors(file))).toEqual(file);
  });

  it('reads from the middle of a larger buffer, as Node reads small files', () => {
    const bytes = encodeTensors(file);
    const larger = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]);
    expect(decodeTensors(larger.subarray(3, 3 + bytes.length))).toEqual(file);
  });

  it('has the published layout', () => {
    const bytes = encodeTensors({ metadata: {}, tensors: [file.tensors[0]] });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: {},
      'dense.kernel': { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
    });
    expect(new DataView(bytes.buffer).getFloat32(8 + length + 4, true)).toBe(-2.5);
  });

  it.each([0, 5, 20, 200, -1])('says so when the file is cut at byte %i', (at) => {
    expect(() => decodeTensors(encodeTensors(file).slice(0, at))).toThrowError(
      expect.objectContaining({ code: 'TENSOR_FILE_CORRUPT' }),
    );
  });

  it('says so when an entry contradicts itself', () => {
    const bytes = encodeTensors(file);
    const text = new TextDecoder('latin1').decode(bytes).replace('[2,2]', '[2,3]');
    expect(() => decodeTensors(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))).toThrowError(
      /dense\.kernel/,
    );
  });
});
