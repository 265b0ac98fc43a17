import { tableFromJSON, tableToIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StrataError } from '../../core/errors.ts';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { IRIS_COLUMNS, IRIS_ROWS, IRIS_TEXTS } from '../../../tests/harness/iris-rows.ts';

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

const table = (form: 'file' | 'stream', repeats = 1): Uint8Array =>
  tableToIPC(tableFromJSON(Array.from({ length: 4 * repeats }, (_, at) => ({ ...IRIS_ROWS[at % 4] }))), form);

describe('an Arrow table', () => {
  it.each(['file', 'stream'] as const)('in a %s is read with its types', async (form) => {
    const path = await folder.write(`table-${form}`, table(form));
    const { format, columns, rows } = await folder.preview(path);
    expect(format).toBe('arrow');
    expect(columns).toMatchObject(IRIS_COLUMNS);
    expect(rows).toEqual(IRIS_TEXTS);
  });

  it('of many rows is imported whole', async () => {
    const { schema } = await folder.import(await folder.write('many.arrow', table('file', 1250)));
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(5000);
  });

  it('with lists that are longer than those of the first rows tells of them', async () => {
    const rows = Array.from({ length: 4000 }, (_, at) => ({ a: at, c: at < 3000 ? [1.5] : [1.5, 2.5] }));
    const path = await folder.write('longer.arrow', tableToIPC(tableFromJSON(rows), 'file'));
    const { columns } = await folder.preview(path);
    expect(columns.map(({ name }) => name)).toEqual(['a', 'c.0']);
    const { skipped } = await folder.import(path);
    expect(skipped).toMatchObject([
      { code: 'RECORD_SURPLUS', got: 'a value for "c.1"', where: `${path}, row 3001 and further on` },
    ]);
  });

  it.each(['file', 'stream'] as const)('in a damaged %s is read or refused, and soon', async (form) => {
    const whole = table(form, 10);
    const codes = new Set<string>();
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = whole.slice();
      bytes[at] ^= 0x7f;
      const path = await folder.write('damaged', bytes);
      await folder.preview(path).catch((error: StrataError) => codes.add(error.code));
    }
    const told = ['ARROW_DAMAGED', 'FORMAT_UNKNOWN', 'TABLE_NO_RECORDS', 'TEXT_ENCODING'];
    expect([...codes].filter((code) => !told.includes(code))).toEqual([]);
    expect(codes).toContain('ARROW_DAMAGED');
  });

  it('that was cut off is refused', async () => {
    const whole = table('file', 1250);
    const path = await folder.write('cut.arrow', whole.subarray(0, whole.length / 2));
    await expect(folder.preview(path)).rejects.toMatchObject({ code: 'ARROW_DAMAGED' });
  });
});
