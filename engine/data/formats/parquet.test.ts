import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { IRIS_COLUMNS, IRIS_ROWS, IRIS_TEXTS } from '../../../tests/harness/iris-rows.ts';

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

const table = (repeats = 1): Uint8Array => {
  const rows = Array.from({ length: 4 * repeats }, (_, at) => IRIS_ROWS[at % 4]);
  const columnData = (['width', 'petals', 'species', 'wild'] as const).map((name) => ({
    name,
    data: rows.map((row) => row[name]),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 1500 }));
};

describe('a Parquet table', () => {
  it('is read with its types', async () => {
    const path = await folder.write('table', table());
    const { format, columns, rows, totalRows } = await folder.preview(path);
    expect({ format, totalRows }).toEqual({ format: 'parquet', totalRows: 4 });
    expect(columns).toMatchObject(IRIS_COLUMNS);
    expect(rows).toEqual(IRIS_TEXTS);
  });

  it('of several row groups is imported whole', async () => {
    const { schema } = await folder.import(await folder.write('groups.parquet', table(1250)));
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(5000);
    expect(schema.columns[2].counts).toEqual([2500, 2500]);
  });

  it('in an archive is read as if it lay alone', async () => {
    const path = await folder.write('table.zip', zipSync({ 'deep/table.parquet': table() }));
    const { format, rows } = await folder.preview(path);
    expect(format).toBe('parquet');
    expect(rows).toEqual(IRIS_TEXTS);
  });

  it('that was cut off is refused', async () => {
    const path = await folder.write('cut.parquet', table().subarray(0, 120));
    await expect(folder.preview(path)).rejects.toMatchObject({ code: 'PARQUET_DAMAGED' });
  });
});
