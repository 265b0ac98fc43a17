import { zipSync } from 'fflate';
import writeWorkbook from 'write-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { IRIS_COLUMNS, IRIS_ROWS, IRIS_TEXTS } from '../../../tests/harness/iris-rows.ts';

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

const NAMES = ['width', 'petals', 'species', 'wild'] as const;
const cells = [
  NAMES.map((value) => ({ value })),
  ...IRIS_ROWS.map((row) => NAMES.map((name) => (row[name] === null ? null : { value: row[name] }))),
];

describe('an Excel workbook', () => {
  it('is read from its first sheet, or the one that is named', async () => {
    const notes = [[{ value: 'note' }], [{ value: 'nothing' }], [{ value: 'here' }]];
    const path = await folder.write(
      'book.xlsx',
      await (
        await writeWorkbook([
          { data: cells, sheet: 'iris' },
          { data: notes, sheet: 'notes' },
        ])
      ).toBuffer(),
    );
    const { format, columns, rows, totalRows } = await folder.preview(path);
    expect({ format, totalRows }).toEqual({ format: 'xlsx', totalRows: 4 });
    expect(columns).toMatchObject(IRIS_COLUMNS);
    expect(rows).toEqual(IRIS_TEXTS);
    expect((await folder.preview(path, { sheet: 'notes' })).rows).toEqual([['nothing'], ['here']]);
    await expect(folder.preview(path, { sheet: 'other' })).rejects.toMatchObject({
      code: 'XLSX_SHEET',
      problem: { expected: 'iris, notes' },
    });
  });

  it('in an archive is read as if it lay alone', async () => {
    const book = await (await writeWorkbook([{ data: cells, sheet: 'iris' }])).toBuffer();
    const path = await folder.write('books.zip', zipSync({ 'book.xlsx': book }));
    const { format, rows } = await folder.preview(path);
    expect(format).toBe('xlsx');
    expect(rows).toEqual(IRIS_TEXTS);
  });

  it('that is none inside is refused', async () => {
    const path = await folder.write('fake.xlsx', zipSync({ 'xl/workbook.xml': Buffer.from('<nothing') }));
    await expect(folder.preview(path)).rejects.toMatchObject({ code: 'XLSX_DAMAGED' });
  });
});
