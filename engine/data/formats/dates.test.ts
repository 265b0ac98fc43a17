import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { Float64, Table, TimestampMicrosecond, DateDay, tableToIPC, vectorFromArray } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import writeWorkbook from 'write-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

const DAYS = [1, 2, 3].map((day) => new Date(Date.UTC(2024, 0, day)));
const VALUES = [0.5, 1.5, 2.5];

const files: Readonly<Record<string, () => Promise<string>>> = {
  async Arrow() {
    const columns = {
      date: vectorFromArray(DAYS, new DateDay()),
      instant: vectorFromArray(DAYS, new TimestampMicrosecond()),
      value: vectorFromArray(VALUES, new Float64()),
    };
    return folder.write('dates.arrow', tableToIPC(new Table(columns), 'file'));
  },
  async Parquet() {
    const columnData = [
      { name: 'date', data: DAYS, type: 'TIMESTAMP' as const },
      { name: 'value', data: VALUES, type: 'DOUBLE' as const },
    ];
    return folder.write('dates.parquet', new Uint8Array(parquetWriteBuffer({ columnData })));
  },
  async Excel() {
    const rows = DAYS.map((value, at) => [{ value, format: 'yyyy-mm-dd' }, { value: VALUES[at] }]);
    const book = await writeWorkbook([[{ value: 'date' }, { value: 'value' }], ...rows]);
    return folder.write('dates.xlsx', await book.toBuffer());
  },
  async SQLite() {
    const path = join(folder.path, 'dates.db');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE series (date INTEGER, value REAL)');
    const insert = database.prepare('INSERT INTO series VALUES (?, ?)');
    DAYS.forEach((day, at) => insert.run(day.getTime() / 1000, VALUES[at]));
    database.close();
    return path;
  },
};

describe('dates of typed tables', () => {
  it.each(Object.keys(files))('%s', async (format) => {
    const { columns, rows } = await folder.preview(await files[format]());
    const dates = columns.filter(({ kind }) => kind === 'date');
    expect(dates).toHaveLength(columns.length - 1);
    const [first] = dates;
    expect(first.options).toMatchObject({ numbers: format === 'SQLite' ? 'seconds' : 'order', hour: false });
    if (format !== 'SQLite') expect(rows[1][0]).toBe('2024-01-02T00:00:00.000Z');
  });
});
