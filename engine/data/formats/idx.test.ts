import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
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

/** How a value of each element type is written, by its number. */
const WRITERS = {
  0x08: [1, 'writeUInt8'],
  0x09: [1, 'writeInt8'],
  0x0b: [2, 'writeInt16BE'],
  0x0c: [4, 'writeInt32BE'],
  0x0d: [4, 'writeFloatBE'],
  0x0e: [8, 'writeDoubleBE'],
} as const;

/** Header of an IDX file, then its values. */
function idx(shape: readonly number[], values: readonly number[], type: keyof typeof WRITERS = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  shape.forEach((extent, axis) => header.writeUInt32BE(extent, 4 + 4 * axis));
  const [bytes, write] = WRITERS[type];
  const content = Buffer.alloc(values.length * bytes);
  values.forEach((value, at) => content[write](value, at * bytes));
  return Buffer.concat([header, content]);
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
      code: 'SOURCE_TRUNCATED',
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

  it.each([
    [0x09, [-1, 2, -128, 127]],
    [0x0b, [-1, 2, -32_768, 32_767]],
    [0x0c, [-1, 2, -70_000, 70_000]],
    [0x0d, [-1.5, 2, 0.25, 1e10]],
    [0x0e, [-1.5, 2, 0.25, 1e10]],
  ] as const)('of type %i are tables and tensors', async (type, values) => {
    const table = await folder.preview(await folder.write('table.idx2', idx([2, 2], values, type)));
    expect(table.rows).toEqual([values.slice(0, 2).map(String), values.slice(2).map(String)]);
    await folder.write('sounds/labels.idx1', idx([4], [3, 4, 3, 4], 0x0c));
    const path = await folder.write(
      'sounds/data.idx3',
      idx([4, 9, 8], Array<readonly number[]>(72).fill(values).flat(), type),
    );
    const { columns, rows, totalRows } = await folder.preview(path);
    expect(columns).toMatchObject([
      { name: 'features', kind: 'tensor', role: 'input' },
      { name: 'label', kind: 'category', role: 'target' },
    ]);
    expect([totalRows, rows.map(([, label]) => label)]).toEqual([4, ['3', '4', '3', '4']]);
  });

  it('of real numbers as labels are to be estimated', async () => {
    await folder.write('train-labels.idx1', idx([3], [0.5, 1.5, 2.5], 0x0d));
    const { columns, rows } = await folder.preview(await folder.write('train-images.idx3', images(3)));
    expect(columns.map(({ kind, role }) => [kind, role])).toEqual([
      ['image', 'input'],
      ['number', 'target'],
    ]);
    expect(rows.map(([, label]) => label)).toEqual(['0.5', '1.5', '2.5']);
  });

  it('of several numbers as labels have the class first, as QMNIST', async () => {
    await folder.write(
      'qmnist-train-labels-idx2-int',
      idx([4, 3], [5, 80, 9, 0, 81, 9, 4, 82, 8, 5, 83, 8], 0x0c),
    );
    const { columns } = await folder.preview(await folder.write('qmnist-train-images-idx3-ubyte', images(4)));
    expect(columns.map(({ name, kind, role }) => [name, kind, role])).toEqual([
      ['image', 'image', 'input'],
      ['label.0', 'category', 'target'],
      ['label.1', 'number', 'ignore'],
      ['label.2', 'number', 'ignore'],
    ]);
  });

  it('are read from an archive that holds each of them twice, as one does', async () => {
    const files = {
      'train-images': images(6),
      'train-labels': labels(6),
      't10k-images': images(2),
      't10k-labels': labels(2),
    };
    const twice = Object.entries(files).flatMap(([name, bytes]) => {
      const kind = name.endsWith('images') ? 'idx3-ubyte' : 'idx1-ubyte';
      return [
        [`${name}.${kind}`, bytes],
        [`${name}-${kind}/${name}-${kind}`, bytes],
      ] as const;
    });
    const path = await folder.write('archive.zip', zipSync(Object.fromEntries(twice)));
    const { schema } = await folder.import(path, { split: { validation: 0, seed: 1 } });
    expect(schema.rows).toEqual({ train: 6, validation: 0, test: 2 });
  });

  it('of several data sets are not mixed: one of them is found by any of its files', async () => {
    for (const set of ['letters', 'digits']) {
      await folder.write(`emnist-${set}-train-images-idx3-ubyte`, images(6));
      await folder.write(`emnist-${set}-train-labels-idx1-ubyte`, labels(6));
      await folder.write(`emnist-${set}-test-images-idx3-ubyte`, images(2));
      await folder.write(`emnist-${set}-test-labels-idx1-ubyte`, labels(2));
    }
    expect(await folder.refusal(folder.path)).toMatchObject({
      code: 'IDX_SEVERAL',
      got: '"emnist digits", "emnist letters"',
    });
    const { totalRows, reasons } = await folder.preview(
      `${folder.path}/emnist-letters-train-labels-idx1-ubyte`,
    );
    expect(totalRows).toBe(8);
    expect(reasons).toContain(
      'emnist-letters-test-images-idx3-ubyte and emnist-letters-test-labels-idx1-ubyte: 2 rows of 2 × 3 bytes, for test.',
    );
  });

  it('of images alone have nothing to predict, and labels alone are nothing', async () => {
    const { columns, reasons } = await folder.preview(
      await folder.write('a/train-images-idx3-ubyte', images(10)),
    );
    expect(columns).toMatchObject([{ name: 'image', role: 'input' }]);
    expect(reasons).toContain('No file of labels lies beside it, so there is nothing to predict.');
    const alone = await folder.write('b/train-labels-idx1-ubyte', labels(10));
    expect(await folder.refusal(alone)).toMatchObject({ code: 'IDX_PARTNER_MISSING' });
    await folder.write('b/train-images-idx3-ubyte', images(10));
    const test = await folder.write('b/t10k-images-idx3-ubyte', images(4));
    expect(await folder.refusal(`${folder.path}/b`)).toMatchObject({
      code: 'IDX_PARTNER_MISSING',
      where: test,
    });
  });
});
