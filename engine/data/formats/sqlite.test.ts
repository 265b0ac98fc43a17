import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { IRIS_COLUMNS, IRIS_ROWS, IRIS_TEXTS } from '../../../tests/harness/iris-rows.ts';

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

async function database(name: string, fill: (database: DatabaseSync) => void): Promise<string> {
  await folder.write('.keep', '');
  const path = join(folder.path, name);
  const made = new DatabaseSync(path);
  fill(made);
  made.close();
  return path;
}

function addIris(database: DatabaseSync, repeats = 1): void {
  database.exec('CREATE TABLE "iris ""wild""" (width REAL, petals INTEGER, species TEXT, wild TEXT)');
  const insert = database.prepare('INSERT INTO "iris ""wild""" VALUES (?, ?, ?, ?)');
  database.exec('BEGIN');
  for (let at = 0; at < repeats; at++)
    for (const { width, petals, species, wild } of IRIS_ROWS)
      insert.run(width, petals, species, String(wild));
  database.exec('COMMIT');
}

describe('an SQLite database', () => {
  it('is read from its largest table, or the one that is named', async () => {
    const path = await database('flowers.db', (made) => {
      addIris(made);
      made.exec("CREATE TABLE big (n INTEGER, kind TEXT); INSERT INTO big VALUES (9007199254740993, 'a')");
    });
    const { format, columns, rows, totalRows } = await folder.preview(path);
    expect({ format, totalRows }).toEqual({ format: 'sqlite', totalRows: 4 });
    expect(columns).toMatchObject(IRIS_COLUMNS);
    expect(rows).toEqual(IRIS_TEXTS);
    expect((await folder.preview(path, { table: 'big' })).rows).toEqual([['9007199254740992', 'a']]);
    await expect(folder.preview(path, { table: 'other' })).rejects.toMatchObject({ code: 'SQLITE_TABLE' });
  });

  it('of many rows is imported whole', async () => {
    const { schema } = await folder.import(await database('many.db', (made) => addIris(made, 1250)));
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(5000);
  });

  it('without tables, or damaged, is refused', async () => {
    const bare = await database('bare.db', (made) => made.exec('CREATE TABLE t (x); DROP TABLE t'));
    await expect(folder.preview(bare)).rejects.toMatchObject({ code: 'SQLITE_TABLE' });
    const path = await folder.write(
      'damaged.db',
      Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(400, 7)]),
    );
    await expect(folder.preview(path)).rejects.toMatchObject({ code: 'SQLITE_UNREADABLE' });
  });
});
