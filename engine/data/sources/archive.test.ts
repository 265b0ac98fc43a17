import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { zipSync, type ZipOptions, type Zippable } from 'fflate';
import { pack, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { formats } from '../open.ts';
import { openTree } from './archive.ts';
import { withScratch } from './scratch.ts';
import { contentOf, HEAD_BYTES, openSource } from './source.ts';
import { checkUnpacked } from './unpacking.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

async function tar(
  entries: readonly (readonly [Partial<Header> & Pick<Header, 'name'>, string])[],
): Promise<Buffer> {
  const archive = pack();
  for (const [header, text] of entries) archive.entry(header, text);
  archive.finalize();
  return buffer(archive);
}

const text = (content: string): Buffer => Buffer.from(content);
const LONG = `${'deep/'.repeat(30)}${'x'.repeat(120)}.txt`;

describe('the files of an archive', () => {
  const files = { 'b/10.txt': 'ten', 'b/9.txt': 'nine', [LONG]: 'deep', 'a.txt': '' };

  async function written(form: string): Promise<string> {
    if (form === 'zip') {
      const bytes = Object.entries(files).map(([name, content]) => [name, text(content)]);
      return folder.write('a.zip', zipSync(Object.fromEntries(bytes) as Zippable));
    }
    const bytes = await tar(Object.entries(files).map(([name, content]) => [{ name: `./${name}` }, content]));
    return folder.write('a.tar', form === 'tar' ? bytes : gzipSync(bytes));
  }

  it.each(['zip', 'tar', 'tar.gz'])('are those of a %s, in order, also after it was closed', async (form) => {
    const path = await written(form);
    await withScratch(async (scratch) => {
      const tree = await openTree(await openSource(path, scratch));
      expect(tree.paths).toEqual(['a.txt', 'b/9.txt', 'b/10.txt', LONG]);
      const contents = await Promise.all(tree.paths.map((name) => tree.read(name)));
      expect(contents.map(String)).toEqual(['', 'nine', 'ten', 'deep']);
      const source = await tree.source('b/10.txt');
      tree.close();
      expect(source).toMatchObject({ path: `${path}: b/10.txt`, bytes: 3 });
      expect(String(source.head)).toBe('ten');
    }, folder.path);
    expect(await readdir(folder.path)).toEqual([path.split('/').at(-1)]);
  });

  it('of a folder may be links, but not to nothing or around', async () => {
    const elsewhere = await folder.write('elsewhere/table.csv', 'n,class\n1,x\n2,y\n');
    await mkdir(join(folder.path, 'set'));
    await symlink(elsewhere, join(folder.path, 'set/linked.csv'));
    await symlink(join(folder.path, 'gone'), join(folder.path, 'set/gone.csv'));
    await symlink(folder.path, join(folder.path, 'set/around'));
    expect(await folder.preview(join(folder.path, 'set'))).toMatchObject({ format: 'csv', totalRows: 2 });
  });

  it('do not count what systems put beside them', async () => {
    const clutter = ['__MACOSX/a/._1.csv', 'a/.DS_Store', '.git/x.csv', 'a/Thumbs.db', '__MACOSX/x.csv'];
    const files = Object.fromEntries(clutter.map((name) => [name, text('x')]));
    const path = await folder.write('m.zip', zipSync({ ...files, 'a/1.csv': text('n,class\n1,x\n2,y\n') }));
    expect(await folder.preview(path)).toMatchObject({ format: 'csv', totalRows: 2 });
  });

  it('may be an SQLite database, a packed one as well', async () => {
    await mkdir(join(folder.path, 'in'));
    const database = new DatabaseSync(join(folder.path, 'in/a.db'));
    database.exec("CREATE TABLE t (n INTEGER, class TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    const bytes = Buffer.from(database.serialize());
    database.close();
    const zip = await folder.write('a.zip', zipSync({ 'in/a.db': bytes }));
    const packed = await folder.write('b.db.gz', gzipSync(bytes));
    for (const path of [zip, packed])
      expect(await folder.preview(path)).toMatchObject({ format: 'sqlite', totalRows: 2 });
    expect(Object.values((await folder.import(zip)).schema.rows).reduce((a, b) => a + b)).toBe(2);
  });
});

describe('what an archive should not hold', () => {
  const rows = 'n,class\n1,a\n2,b\n3,a\n';

  it('is left out of a tar archive and reported: paths outside of it, links', async () => {
    const path = await folder.write(
      'evil.tar',
      await tar([
        [{ name: 'a/train.csv' }, rows],
        [{ name: 'a/test.csv' }, rows],
        [{ name: '../../etc/dev.csv' }, rows],
        [{ name: '/etc/x.csv' }, rows],
        [{ name: 'a/link.csv', type: 'symlink', linkname: '/etc/passwd' }, ''],
      ]),
    );
    expect(
      (await folder.preview(path)).warnings.map(({ code, where }) => [code, where?.split(': ')[1]]),
    ).toEqual([
      ['ARCHIVE_PATH_OUTSIDE', '../../etc/dev.csv'],
      ['ARCHIVE_PATH_OUTSIDE', '/etc/x.csv'],
      ['ARCHIVE_LINK', 'a/link.csv'],
    ]);
    expect((await folder.import(path)).schema.rows).toEqual({ train: 3, validation: 0, test: 3 });
  });

  it('is left out of a zip archive as well', async () => {
    const link: ZipOptions = { os: 3, attrs: 0o120777 << 16 };
    const evil: Zippable = {
      '/etc/x.csv': text(rows),
      'c:\\x.csv': text(rows),
      'a/link.csv': [text('/etc/passwd'), link],
    };
    const path = await folder.write('evil.zip', zipSync({ 'a/1.csv': text(rows), ...evil }));
    const { warnings, totalRows } = await folder.preview(path);
    expect(warnings.map(({ code }) => code)).toEqual([
      'ARCHIVE_PATH_OUTSIDE',
      'ARCHIVE_PATH_OUTSIDE',
      'ARCHIVE_LINK',
    ]);
    expect(totalRows).toBe(3);
  });

  it('is left out of a tar archive where it is no plain file, or comes up again', async () => {
    const holes = { pax: { 'GNU.sparse.major': '1' } };
    const path = await folder.write(
      'odd.tar',
      await tar([
        [{ name: 'a/train.csv' }, 'n,class\n1,a\n'],
        [{ name: 'a/null.csv', type: 'character-device' }, ''],
        [{ name: 'a/pipe.csv', type: 'fifo' }, ''],
        [{ name: 'a/holes.csv', ...holes } as Header, rows],
        [{ name: 'a/train.csv' }, rows],
      ]),
    );
    const { warnings, totalRows } = await folder.preview(path);
    expect(warnings.map(({ code, where }) => [code, where?.split(': ')[1]])).toEqual([
      ['ARCHIVE_NO_FILE', 'a/null.csv'],
      ['ARCHIVE_NO_FILE', 'a/pipe.csv'],
      ['ARCHIVE_NO_FILE', 'a/holes.csv'],
      ['ARCHIVE_SAME_NAME', 'a/train.csv'],
    ]);
    expect(totalRows).toBe(3);
  });

  it('is told where nothing else is in it', async () => {
    const link: ZipOptions = { os: 3, attrs: 0o120777 << 16 };
    const path = await folder.write('link.zip', zipSync({ 'a.csv': [text('/etc/passwd'), link] }));
    expect(await folder.refusal(path)).toMatchObject({
      code: 'SOURCE_EMPTY',
      got: 'An entry of the archive is a link and not a file. It was left out.',
    });
    expect(await folder.refusal(await folder.write('empty.zip', zipSync({})))).toMatchObject({
      code: 'SOURCE_EMPTY',
      got: 'no files',
    });
  });

  it('is told where no format knows it', async () => {
    const tables = { 'b.tsv': text(rows), 'a.csv': text(rows) };
    expect(await folder.refusal(await folder.write('two.zip', zipSync(tables)))).toMatchObject({
      code: 'FORMAT_UNKNOWN',
      got: '2 files, such as a.csv',
    });
  });

  it('is nothing that fills a disk', async () => {
    const bomb = expect.objectContaining({ code: 'ARCHIVE_BOMB' }) as Error;
    const archive = { path: 'a.zip', bytes: 2 ** 20 };
    expect(() => checkUnpacked(2 ** 30, archive)).not.toThrow();
    expect(() => checkUnpacked(2 ** 30 + 1, archive)).toThrow(bomb);
    expect(() => checkUnpacked(2 ** 33, { ...archive, bytes: 2 ** 30 })).not.toThrow();
    expect(() => checkUnpacked(2 ** 41, { ...archive, bytes: 2 ** 39 })).toThrow(bomb);
    // A directory that says so is believed: 30 entries of 64 MiB, all of them the same few bytes.
    const zip = Buffer.from(
      zipSync(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}.txt`, text('x')]))),
    );
    for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 4))
      zip.writeUInt32LE(2 ** 26, at + 24);
    expect(await folder.refusal(await folder.write('bomb.zip', zip))).toMatchObject({ code: 'ARCHIVE_BOMB' });
  });

  it('is no packed file that does not end', async () => {
    // Members of gzip follow each other.
    const packed = new Array<Buffer>(17).fill(gzipSync(Buffer.alloc(2 ** 26)));
    const path = await folder.write('zeros.gz', Buffer.concat(packed));
    const source = await openSource(path, folder.path);
    expect(source.head.length).toBe(HEAD_BYTES);
    const read = async (): Promise<void> => {
      for await (const _ of contentOf(source).stream);
    };
    await expect(read()).rejects.toMatchObject({ code: 'ARCHIVE_BOMB' });
  }, 60_000);
});

describe('an archive that cannot be read', () => {
  it('because of a password says so', async () => {
    const zip = Buffer.from(zipSync({ 'a.csv': text('n,class\n1,a\n') }));
    // Bit 0 of the flags: encrypted (APPNOTE.TXT, 4.4.4).
    for (const [mark, flags] of [
      ['PK\u0003\u0004', 6],
      ['PK\u0001\u0002', 8],
    ] as const)
      zip[zip.indexOf(mark) + flags] |= 1;
    expect(await folder.refusal(await folder.write('a.zip', zip))).toMatchObject({ code: 'ZIP_ENCRYPTED' });
  });

  it('because an entry of it is damaged says which', async () => {
    const zip = Buffer.from(zipSync({ 'a.csv': text('n,class\n1,a\n'.repeat(50)) }));
    zip.fill(255, zip.indexOf('a.csv') + 5, zip.indexOf('PK\u0001\u0002'));
    const path = await folder.write('a.zip', zip);
    expect(await folder.refusal(path)).toMatchObject({
      code: 'ARCHIVE_ENTRY_DAMAGED',
      where: `${path}: a.csv`,
    });
  });

  it.each([
    ['its beginning', 3, 'ARCHIVE_ENTRY_DAMAGED'],
    ['what follows', 100_000, 'SOURCE_TRUNCATED'],
  ])('because it is not what was packed, in %s, says so', async (_, rows, code) => {
    const table = `n,class\n${Array.from({ length: rows }, (_, at) => `${at},a\n`).join('')}`;
    const zip = Buffer.from(zipSync({ 'a.csv': text(table) }, { level: 0 }));
    zip[zip.indexOf(`${rows - 1},a`)] ^= 4;
    expect(await folder.refusal(await folder.write('a.zip', zip))).toMatchObject({ code });
  });

  it.each([
    ['zip', 'ZIP_DAMAGED'],
    ['tar', 'TAR_DAMAGED'],
    ['tar.gz', 'SOURCE_TRUNCATED'],
  ])('because a %s ends too early says so', async (form, code) => {
    const table = `n,class\n${Array.from({ length: 9000 }, (_, at) => `${at},${Math.sin(at)}`).join('\n')}`;
    const plain = await tar([[{ name: 'a.csv' }, table]]);
    const whole =
      form === 'zip' ? zipSync({ 'a.csv': text(table) }) : form === 'tar' ? plain : gzipSync(plain);
    const path = await folder.write('cut', whole.subarray(0, whole.length * 0.7));
    expect(await folder.refusal(path)).toMatchObject({ code });
  });

  it.each([512, 1024, 1536, 2047])('because a tar ends %i bytes after it began says so', async (length) => {
    const whole = await tar(['a', 'b'].map((name) => [{ name: `${name}.csv` }, 'n,class\n1,a\n2,b\n']));
    const path = await folder.write('cut.tar', whole.subarray(0, length));
    expect(await folder.refusal(path)).toMatchObject({ code: 'TAR_DAMAGED' });
  });
});

describe('what is unpacked for a while', () => {
  it('is gone after an error, and after a crash as soon as there is another job', async () => {
    const crashed = spawn(process.execPath, ['-e', '']);
    await once(crashed, 'exit');
    await mkdir(join(folder.path, `strata-unpacked-${crashed.pid}-abc`));
    await mkdir(join(folder.path, `strata-unpacked-${process.pid}-other`));
    const job = async (): Promise<void> => {
      throw new Error('no');
    };
    await expect(withScratch(job, folder.path)).rejects.toThrow('no');
    expect(await readdir(folder.path)).toEqual([`strata-unpacked-${process.pid}-other`]);
  });

  it('cannot be unpacked where nothing can be written', async () => {
    const file = await folder.write('file', 'no folder');
    await expect(withScratch(async () => {}, join(file, 'below'))).rejects.toMatchObject({
      code: 'FOLDER_UNWRITABLE',
    });
  });

  it.each([
    ['sqlite', () => new DatabaseSync(':memory:').serialize()],
    ['numpy', () => Buffer.from('\u0093NUMPY', 'latin1')],
  ])('as %s: where that fails, it is not the file that is blamed', async (id, made) => {
    const path = await folder.write('a.gz', gzipSync(made()));
    const source = await openSource(path, join(folder.path, 'nowhere'));
    const opening = formats.find((format) => format.id === id)!.open(source, {});
    await expect(opening).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('does not stay behind a preview', async () => {
    const left = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith(`strata-unpacked-${process.pid}-`));
    const path = await folder.write(
      'a.tar.gz',
      gzipSync(await tar([[{ name: 'a.csv' }, 'n,class\n1,a\n2,b\n']])),
    );
    await folder.preview(path);
    expect(await left()).toEqual([]);
  });
});
