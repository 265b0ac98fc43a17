import {
  Binary,
  Field,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

/** A PNG of 6 × 4 pixels, all of one gray. */
const png = async (gray: number): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp({ create: { width: 6, height: 4, channels: 3, background: { r: gray, g: gray, b: gray } } })
      .toColourspace('b-w')
      .png()
      .toBuffer(),
  );

const images = async (rows: number): Promise<Uint8Array[]> =>
  Promise.all(Array.from({ length: rows }, (_, at) => png(at)));

/** What the `datasets` library writes beside a column of class numbers. */
const FEATURES = JSON.stringify({
  info: { features: { image: { _type: 'Image' }, label: { names: ['cat', 'dog'], _type: 'ClassLabel' } } },
});

describe('a table with images inside', () => {
  it('as bytes in a Parquet column is read as images, and names of classes from its metadata', async () => {
    const data = await images(40);
    data[30] = Uint8Array.from([...data[30].subarray(0, 20), 1, 2, 3]);
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'picture', data, type: 'BYTE_ARRAY' },
        { name: 'label', data: data.map((_, at) => BigInt(at % 2)), type: 'INT64' },
      ],
      kvMetadata: [{ key: 'huggingface', value: FEATURES }],
    });
    const path = await folder.write('images.parquet', new Uint8Array(file));
    const { format, options, columns, rows } = await folder.preview(path);
    expect(format).toBe('image-column');
    expect(options).toEqual({ size: [4, 6], colour: 'gray' });
    expect(columns.map(({ name, kind, role }) => [name, kind, role])).toEqual([
      ['picture', 'image', 'input'],
      ['label', 'category', 'target'],
    ]);
    expect(rows[1]).toMatchObject([{ form: 'picture' }, 'dog']);
    const { schema, skipped } = await folder.import(path);
    expect(schema.columns).toMatchObject([{ dtype: 'u8', shape: [4, 6, 1] }, { classes: ['cat', 'dog'] }]);
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(39);
    expect(skipped).toMatchObject([{ code: 'CELL_TYPE', where: 'row 31, column "picture"' }]);
  });

  it('beside their paths in an Arrow file, as the datasets library keeps them, is read as images', async () => {
    const data = await images(24);
    const type = new Struct<{ bytes: Binary; path: Utf8 }>([
      new Field('bytes', new Binary(), true),
      new Field('path', new Utf8(), true),
    ]);
    const picture = vectorFromArray(
      data.map((bytes, at) => ({ bytes, path: `${at}.png` })),
      type,
    );
    const label = vectorFromArray(
      data.map((_, at) => BigInt(at % 2)),
      new Int64(),
    );
    const schema = new Schema(
      [new Field('image', type, true), new Field('label', new Int64(), true)],
      new Map([['huggingface', FEATURES]]),
    );
    const batch = new RecordBatch(
      schema,
      makeData({ type: new Struct(schema.fields), length: 24, children: [picture.data[0], label.data[0]] }),
    );
    const path = await folder.write('data.arrow', tableToIPC(new Table(schema, batch), 'stream'));
    const imported = await folder.import(path);
    expect(imported.skipped).toEqual([]);
    expect(imported.schema.columns).toMatchObject([
      { name: 'image', kind: 'image', shape: [4, 6, 1] },
      { name: 'label', kind: 'category', role: 'target', counts: [12, 12] },
    ]);
  });

  it('may have images brought to another size', async () => {
    const data = await images(12);
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'image', data, type: 'BYTE_ARRAY' },
        { name: 'price', data: data.map((_, at) => at + 0.5), type: 'DOUBLE' },
      ],
    });
    const path = await folder.write('sized.parquet', new Uint8Array(file));
    const { schema } = await folder.import(path, { source: { options: { size: [8, 8], colour: 'rgb' } } });
    expect(schema.columns).toMatchObject([{ shape: [8, 8, 3] }, { kind: 'number', role: 'target' }]);
  });
});
