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
    expect((await folder.preview(path, { table: 'big' })).rows).toEqual([['9007199254740993', 'a']]);
    await expect(folder.preview(path, { table: 'other' })).rejects.toMatchObject({ code: 'SQLITE_TABLE' });
  });

  it('with a view whose table is gone is read from the others; an empty table is refused', async () => {
    const path = await database('views.db', (made) => {
      addIris(made);
      made.exec('CREATE TABLE empty (a); CREATE VIEW lost AS SELECT * FROM nowhere');
    });
    expect((await folder.preview(path)).options).toEqual({ table: 'iris "wild"' });
    const refused = (table: string) => folder.preview(path, { table });
    await expect(refused('empty')).rejects.toMatchObject({ code: 'TABLE_NO_RECORDS' });
    await expect(refused('lost')).rejects.toMatchObject({ code: 'SQLITE_UNREADABLE' });
  });

  it('with bytes in it shows what they spell', async () => {
    const path = await database('bytes.db', (made) =>
      made.exec(
        "CREATE TABLE t (a BLOB, __proto__ INTEGER); INSERT INTO t VALUES (x'6869', 1), (x'00ff', 2)",
      ),
    );
    const { rows, columns } = await folder.preview(path);
    expect(columns.map(({ name }) => name)).toEqual(['a', '__proto__']);
    expect(rows).toEqual([
      ['hi', '1'],
      ['', '2'],
    ]);
  });

  it('of many rows is imported whole', async () => {
    const { schema } = await folder.import(await database('many.db', (made) => addIris(made, 1250)));
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(5000);
  });

  it('that is large is not counted: how many rows there are is estimated by their ids', async () => {
    const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)';
    const path = await database('large.db', (made) =>
      made.exec(`
        CREATE TABLE dense (text TEXT, n INTEGER);
        ${numbers} INSERT INTO dense SELECT 'a text that takes some room in the file ' || i, i % 7 FROM n;
        CREATE TABLE sparse (id INTEGER PRIMARY KEY, n INTEGER);
        ${numbers} INSERT INTO sparse SELECT i * 98765432100 + abs(random()) % 9999, i % 7 FROM n WHERE i < 200000;
        DELETE FROM sparse WHERE id BETWEEN 20000 * 98765432100 AND 70000 * 98765432100;
        CREATE TABLE empty (id INTEGER);
        CREATE VIEW seen AS SELECT * FROM dense`),
    );
    const counts = async (table: string) => {
      const { totalRows, estimatedRows } = await folder.preview(path, { table });
      return [totalRows, estimatedRows];
    };
    expect(await counts('')).toEqual([null, 300_000]);
    const [exact, sparse] = await counts('sparse');
    expect([exact, Math.abs(sparse! / 150_000 - 1) < 0.1]).toEqual([null, true]);
    expect(await counts('seen')).toEqual([null, undefined]);
    expect((await folder.import(path, { source: { options: { table: 'dense' } } })).skippedTotal).toBe(0);
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
