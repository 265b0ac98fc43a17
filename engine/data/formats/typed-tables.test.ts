import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { openRequest } from '../open.ts';
import { listed } from '../tables/rows.ts';

/** Tables of every type that pyarrow wrote, and their values. */
const GOLDENS = fileURLToPath(new URL('../../../tests/goldens/tables/', import.meta.url));
const VALUES = JSON.parse(readFileSync(join(GOLDENS, 'values.json'), 'utf8')) as [string, unknown[]][];

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

describe.each([
  'lz4.feather',
  'zstd.arrow',
  'zstd.parquet',
  'gzip.parquet',
  'brotli.parquet',
  'lz4.parquet',
  'snappy.parquet',
])('the table %s of pyarrow', (name) => {
  it('is read value by value', async () => {
    const { reader } = await openRequest({ path: join(GOLDENS, name) }, folder.path);
    const rows: (readonly unknown[])[] = [];
    for await (const batch of reader.rows()) rows.push(...listed(batch.rows));
    const read = reader.columns.map(({ name }, at) => [name, rows.map((row) => row[at])]);
    expect(read).toEqual(VALUES);
  });

  it('is imported with all of its rows', async () => {
    const path = join(folder.path, name);
    await cp(join(GOLDENS, name), path);
    const { schema } = await folder.import(path, {
      columns: VALUES.map(([name, values]) => ({
        name,
        kind: 'category',
        role: values.some((value) => value !== null) ? 'input' : 'ignore',
        options: {},
      })),
    });
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(40);
    // Numbers that a double does not tell apart stay apart.
    expect(schema.columns.slice(0, 2).map(({ classes }) => classes?.length)).toEqual([40, 40]);
  });
});
