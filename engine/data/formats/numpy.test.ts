import { truncateSync } from 'node:fs';
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
  const type = descr.startsWith('[') ? descr : `'${descr}'`;
  const dictionary = `{'descr': ${type}, 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`;
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

  it.each([
    ['>f4', [63, 192, 0, 0, 192, 0, 0, 0], ['1.5', '-2']],
    ['<f2', [0x00, 0x3e, 0x00, 0xc0], ['1.5', '-2']],
    ['|b1', [1, 0], ['1', '0']],
    ['|S3', [...Buffer.from('ab\0é\0')], ['ab', 'é']],
    ['>U2', [0, 1, 0xf6, 0, 0, 0, 0, 97, 0, 0, 0, 98, 0, 0, 0, 0], ['\u{1f600}a', 'b']],
    ['<i8', [1, 0, 0, 0, 0, 0, 32, 0, 2, 0, 0, 0, 0, 0, 32, 0], ['9007199254740993', '9007199254740994']],
    ['<M8[D]', [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128], ['1970-01-02T00:00:00.000Z', '']],
    ['>m8[s]', [0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 1, 0], ['60', '256']],
  ])('of the type %s have these values', async (descr, bytes, values) => {
    const path = await folder.write('a.npy', npy(descr, '(2,)', false, Uint8Array.from(bytes)));
    expect((await folder.preview(path)).rows).toEqual(values.map((value) => [value]));
  });

  it('of records have a column for each field', async () => {
    const record = (...bytes: number[]): number[] => [...bytes.slice(0, 1), 0, ...bytes.slice(1)];
    const descr = `[('a', '|u1'), ('', '|V1'), ('b', '>i2', (2,)), ('t', '<U1')]`;
    const values = [...record(7, 0, 1, 0, 2, 120, 0, 0, 0), ...record(8, 0, 3, 0, 4, 121, 0, 0, 0)];
    const path = await folder.write('r.npy', npy(descr, '(2,)', false, Uint8Array.from(values)));
    const { columns, rows } = await folder.preview(path);
    expect(columns.map(({ name }) => name)).toEqual(['a', 'b.0', 'b.1', 't']);
    expect(rows).toEqual([
      ['7', '1', '2', 'x'],
      ['8', '3', '4', 'y'],
    ]);
  });

  it('that do not belong together are refused', async () => {
    await folder.write('odd/x.npy', array(Float32Array.from([1, 2, 3]), [3]));
    await folder.write('odd/y.npy', array(Float32Array.from([1, 2]), [2]));
    expect(await folder.refusal(`${folder.path}/odd`)).toMatchObject({ code: 'ARRAYS_MISMATCH', got: '2' });
  });

  it.each(['|O', '<c8', '<U0', "[('a', [('b', '<f4')])]"])('of the type %s are refused', async (descr) => {
    const path = await folder.write('o.npy', npy(descr, '(2,)', false, Buffer.alloc(40)));
    expect(await folder.refusal(path)).toMatchObject({ code: 'NPY_UNREADABLE' });
  });

  it('of texts with letters that are none are read, with a sign in their place', async () => {
    const letters = new Uint8Array(Uint32Array.from([97, 0x110000, 98, 99]).buffer);
    const path = await folder.write('t.npy', npy('<U2', '(2,)', false, letters));
    expect((await folder.preview(path)).rows).toEqual([['a\ufffd'], ['bc']]);
  });

  it('that are cut off are refused', async () => {
    const cut = await folder.write('c.npy', npy('<f8', '(3,)', false, f8(1, 2)));
    expect(await folder.refusal(cut)).toMatchObject({ code: 'NPY_UNREADABLE' });
    const huge = await folder.write('h.npy', npy('<f8', '(99999999999999, 9)', false, f8(1, 2)));
    expect(await folder.refusal(huge)).toMatchObject({ code: 'NPY_UNREADABLE' });
    const long = await folder.write('l.npy', array(new Float32Array(20_000), [20_000]));
    const change = { onProgress: () => truncateSync(long, 60_000) };
    expect(await folder.refusal(long, {}, change)).toMatchObject({ code: 'SOURCE_CHANGED' });
  });
});
