import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { bindColumns } from '../../core/binding.ts';
import { loadRows } from '../snapshots/batches.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

/** Header of an IDX file of unsigned bytes, then its values. */
function idx(shape: readonly number[], values: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((extent, axis) => header.writeUInt32BE(extent, 4 + 4 * axis));
  return Buffer.concat([header, Buffer.from(values)]);
}

/** `count` images of 2 × 3 whose pixels all have the image's number, of classes 0, 1, 0, 1 … */
const images = (count: number) =>
  idx(
    [count, 2, 3],
    Array.from({ length: count * 6 }, (_, at) => Math.floor(at / 6)),
  );
const labels = (count: number) =>
  idx(
    [count],
    Array.from({ length: count }, (_, at) => at % 2),
  );

describe('IDX files', () => {
  it.each([
    ['plain', (bytes: Buffer): Uint8Array => bytes, ''],
    ['compressed', (bytes: Buffer): Uint8Array => gzipSync(bytes), '.gz'],
  ])('are found by their names, %s, with their own test part', async (_, pack, ending) => {
    await folder.write(`mnist/train-images-idx3-ubyte${ending}`, pack(images(10)));
    await folder.write(`mnist/train-labels-idx1-ubyte${ending}`, pack(labels(10)));
    await folder.write(`mnist/t10k-images-idx3-ubyte${ending}`, pack(images(4)));
    const path = await folder.write(`mnist/t10k-labels-idx1-ubyte${ending}`, pack(labels(4)));
    const { schema, folder: made } = await folder.import(path.replace(/t10k-labels.*/, ''));
    expect(schema.rows).toEqual({ train: 8, validation: 2, test: 4 });
    expect(schema.columns).toMatchObject([
      { name: 'image', shape: [2, 3, 1], dtype: 'u8' },
      { name: 'label', classes: ['0', '1'], counts: [7, 7] },
    ]);
    const snapshot = await openSnapshot(made);
    expect(Array.from(await snapshot.read('test', 'image', 1, 2))).toEqual([
      ...Array(6).fill(1),
      ...Array(6).fill(2),
    ]);
    expect(Array.from(await snapshot.read('test', 'label', 0, 9))).toEqual([0, 1, 0, 1]);
    await snapshot.close();
  });

  it('give the pixels of their images as indices, too', async () => {
    await folder.write('train-images-idx3-ubyte', images(6));
    const path = await folder.write('train-labels-idx1-ubyte', labels(6));
    const { schema, folder: made } = await folder.import(path, {
      split: { validation: 0, test: 0, seed: 0, stratify: false },
    });
    const snapshot = await openSnapshot(made);
    const binding = bindColumns(schema, ['image'], 'target', 'indices');
    const rows = await loadRows(snapshot, 'train', binding, 0, 6);
    const stored = await snapshot.read('train', 'image', 0, 6);
    await snapshot.close();
    expect(binding).toMatchObject({ dtype: 'i32', shape: [2, 3] });
    expect(rows).toEqual(Int32Array.from(stored));
    expect(new Set(rows)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it('that end too early are refused, plain and compressed', async () => {
    await folder.write('train-labels-idx1-ubyte', labels(10));
    const path = await folder.write('train-images-idx3-ubyte', images(10).subarray(0, 50));
    expect(await folder.refusal(path)).toMatchObject({
      code: 'IDX_TRUNCATED',
      got: '50 bytes',
      expected: '76 bytes',
    });
    const noise = idx(
      [40, 10, 10],
      Array.from({ length: 4000 }, (_, at) => (at * at * 31) % 251),
    );
    await folder.write('gz/train-labels-idx1-ubyte.gz', gzipSync(labels(40)));
    const packed = gzipSync(noise);
    const cut = packed.subarray(0, packed.length / 2);
    expect(await folder.refusal(await folder.write('gz/train-images-idx3-ubyte.gz', cut))).toMatchObject({
      code: 'IDX_TRUNCATED',
    });
  });

  it('that do not belong together are refused', async () => {
    await folder.write('train-labels-idx1-ubyte', labels(9));
    const path = await folder.write('train-images-idx3-ubyte', images(10));
    expect(await folder.refusal(path)).toMatchObject({
      code: 'IDX_COUNT_MISMATCH',
      got: '10 images in train-images-idx3-ubyte, 9 labels in train-labels-idx1-ubyte',
    });
  });

  it('need a partner', async () => {
    const path = await folder.write('train-images-idx3-ubyte', images(10));
    expect(await folder.refusal(path)).toMatchObject({ code: 'IDX_PARTNER_MISSING' });
  });
});
