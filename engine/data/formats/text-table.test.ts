import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

describe('texts with a table', () => {
  it('are read with what the table says of them; what one of both lacks is listed', async () => {
    const rows = Array.from({ length: 6 }, (_, at) => `essay${at}.txt,${['good', 'poor'][at % 2]}`);
    await folder.write('labels.csv', ['file,grade', ...rows, 'lost.txt,good'].join('\n'));
    for (let at = 0; at < 7; at++)
      await folder.write(`essays/essay${at}.txt`, `Essay ${at}, which is short.\n`);
    const { format, columns, rows: shown } = await folder.preview(folder.path);
    expect(format).toBe('text-table');
    expect(columns.map(({ name, kind, role }) => `${name} ${kind} ${role}`)).toEqual([
      'text text input',
      'grade category target',
      'file identifier id',
    ]);
    expect(shown[1]).toEqual(['Essay 1, which is short.', 'poor', 'essays/essay1.txt']);
    const { schema, skipped } = await folder.import(folder.path, {
      split: { validation: 0, test: 0, seed: 1 },
    });
    expect(schema.rows.train).toBe(6);
    expect(skipped).toMatchObject([{ code: 'TEXT_MISSING', got: 'lost.txt' }, { code: 'TEXT_UNNAMED' }]);
  });
});
