import { zipSync } from 'fflate';
import { dump } from 'npyjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

/** A file as NumPy writes it, from the header's words. */
function npy(descr: string, shape: string, fortran: boolean, values: Uint8Array): Uint8Array {
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`;
  const header = Buffer.from(dictionary.padEnd(117) + '\n', 'latin1');
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([start, header, values]);
}
const f8 = (...values: number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer);
const array = (values: Parameters<typeof dump>[0], shape: number[]): Uint8Array =>
  new Uint8Array(dump(values, shape));

const split = { validation: 0, test: 0, seed: 1, stratify: false };

describe('NumPy arrays', () => {
  it('in an archive become images and classes, part by part', async () => {
    const part = (rows: number, from: number) => ({
      images: array(
        Uint8Array.from({ length: rows * 6 }, (_, at) => from + at),
        [rows, 2, 3],
      ),
      labels: array(
        Uint8Array.from({ length: rows }, (_, at) => at % 2),
        [rows, 1],
      ),
    });
    const files = Object.entries({ train: part(4, 0), val: part(2, 100), test: part(3, 200) }).flatMap(
      ([name, { images, labels }]) => [
        [`${name}_images.npy`, images],
        [`${name}_labels.npy`, labels],
      ],
    );
    const path = await folder.write(
      'set.npz',
      zipSync(Object.fromEntries(files) as Record<string, Uint8Array>),
    );
    const { format, columns, totalRows } = await folder.preview(path);
    expect({ format, totalRows }).toEqual({ format: 'numpy', totalRows: 9 });
    expect(columns.map(({ name, kind, role }) => [name, kind, role])).toEqual([
      ['images', 'image', 'input'],
      ['labels', 'category', 'target'],
    ]);
    const { schema, folder: at } = await folder.import(path);
    expect(schema.rows).toEqual({ train: 4, validation: 2, test: 3 });
    expect(schema.columns[0]).toMatchObject({ dtype: 'u8', shape: [2, 3, 1] });
    const snapshot = await openSnapshot(at);
    expect([...(await snapshot.read('test', 'images', 1, 1))]).toEqual([206, 207, 208, 209, 210, 211]);
    await snapshot.close();
  });

  it('in a folder become features, signals and texts of classes', async () => {
    await folder.write(
      'arrays/x.npy',
      array(
        Float32Array.from({ length: 6 }, (_, at) => at / 2),
        [3, 2],
      ),
    );
    await folder.write(
      'arrays/signal.npy',
      array(
        Float64Array.from({ length: 300 }, (_, at) => at),
        [3, 100],
      ),
    );
    const names = new Uint32Array(
      ['ab', 'c', 'ab'].flatMap((text) => [text.charCodeAt(0), text.charCodeAt(1) || 0]),
    );
    await folder.write('arrays/y.npy', npy('<U2', '(3,)', false, new Uint8Array(names.buffer)));
    const { columns, rows } = await folder.preview(`${folder.path}/arrays`);
    expect(columns.map(({ name, kind, role }) => [name, kind, role])).toEqual([
      ['signal', 'tensor', 'input'],
      ['x.0', 'number', 'input'],
      ['x.1', 'number', 'input'],
      ['y', 'category', 'target'],
    ]);
    expect(rows[1]).toEqual(['[100, 101, 102, 103, 104, 105, …]', '1', '1.5', 'c']);
    const { schema } = await folder.import(`${folder.path}/arrays`, { split });
    expect(schema.columns[0]).toMatchObject({ kind: 'tensor', dtype: 'f32', shape: [100] });
    expect(schema.columns[3].classes).toEqual(['ab', 'c']);
  });

  it('stored column by column are read row by row', async () => {
    const path = await folder.write('f.npy', npy('<f8', '(3, 2)', true, f8(1, 2, 3, 10, 20, 30)));
    const { rows } = await folder.preview(path);
    expect(rows).toEqual([
      ['1', '10'],
      ['2', '20'],
      ['3', '30'],
    ]);
  });

  it('that do not belong together are refused', async () => {
    await folder.write('odd/x.npy', array(Float32Array.from([1, 2, 3]), [3]));
    await folder.write('odd/y.npy', array(Float32Array.from([1, 2]), [2]));
    expect(await folder.refusal(`${folder.path}/odd`)).toMatchObject({ code: 'ARRAYS_MISMATCH', got: '2' });
  });

  it('of Python objects, or cut off, are refused', async () => {
    const objects = await folder.write('o.npy', npy('|O', '(2,)', false, Buffer.alloc(40)));
    expect(await folder.refusal(objects)).toMatchObject({ code: 'NPY_UNREADABLE' });
    const cut = await folder.write('c.npy', npy('<f8', '(3,)', false, f8(1, 2)));
    expect(await folder.refusal(cut)).toMatchObject({ code: 'NPY_UNREADABLE' });
  });
});
