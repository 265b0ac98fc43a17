import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const rows = (count: number): string =>
  ['size,class', ...Array.from({ length: count }, (_, at) => `${at},${at % 2 ? 'a' : 'b'}`)].join('\n');
const FILES = {
  'set/train.csv': rows(8),
  'set/dev.csv': rows(3),
  'set/test.csv': rows(4),
  'set/README.md': '# Set',
};

async function tar(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
  archive.finalize();
  return buffer(archive);
}

async function write(form: string, files: Readonly<Record<string, string>>): Promise<string> {
  if (form === 'folder') {
    for (const [name, text] of Object.entries(files)) await folder.write(name, text);
    return `${folder.path}/set`;
  }
  const bytes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
  if (form === 'zip') return folder.write('set.zip', zipSync(bytes));
  return folder.write('set.tgz', form === 'tar' ? await tar(files) : gzipSync(await tar(files)));
}

describe('files for training, validation and test', () => {
  it.each(['folder', 'zip', 'tar', 'tar.gz'])('in a %s are one data set with these parts', async (form) => {
    const path = await write(form, FILES);
    const { format, totalRows } = await folder.preview(path);
    expect({ format, totalRows }).toEqual({ format: 'csv', totalRows: 15 });
    const { schema } = await folder.import(path);
    expect(schema.rows).toEqual({ train: 8, validation: 3, test: 4 });
    expect(schema.columns.map(({ name, role }) => [name, role])).toEqual([
      ['size', 'input'],
      ['class', 'target'],
    ]);
  });

  it('with different columns are refused', async () => {
    const path = await write('folder', { ...FILES, 'set/dev.csv': 'width,class\n1,a\n2,b\n' });
    expect(await folder.refusal(path)).toMatchObject({ code: 'PARTS_MISMATCH', got: 'width, class' });
  });
});

describe('files of one kind in a folder', () => {
  it('that are called after no part are read one behind the other', async () => {
    const path = await write('folder', {
      'set/2022.csv': rows(3),
      'set/2021.csv': rows(8),
      'set/2023.csv': rows(4),
      'set/readme.txt': 'about it',
    });
    const { reasons, totalRows } = await folder.preview(path);
    expect(totalRows).toBe(15);
    expect(reasons).toContain('3 files are read one behind the other: 2021.csv, 2022.csv, 2023.csv.');
    const { schema } = await folder.import(path);
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(15);
  });

  it('may be several of a part, and those of none are named', async () => {
    const path = await write('folder', {
      'set/train-00000-of-00002.csv': rows(8),
      'set/train-00001-of-00002.csv': rows(6),
      'set/test-00000-of-00001.csv': rows(4),
      'set/submission.csv': 'id,class\n1,a\n',
    });
    const { schema } = await folder.import(path, {
      split: { validation: 0, test: 0, seed: 0, stratify: false },
    });
    expect(schema.rows).toMatchObject({ train: 14, test: 4 });
    expect((await folder.preview(path)).reasons).toContain('Not read: submission.csv.');
  });
});

describe('a single file in an archive', () => {
  it.each(['zip', 'tar', 'tar.gz'])('%s is read as if it lay alone', async (form) => {
    const path = await write(form, { '_about.txt': 'about it', 'deep/data.csv': rows(6) });
    const { schema } = await folder.import(path);
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(6);
  });

  it('that was cut off is refused', async () => {
    const whole = gzipSync(await tar({ 'data.csv': rows(40_000) }));
    const path = await folder.write('cut.tar.gz', whole.subarray(0, whole.length / 2));
    expect(await folder.refusal(path)).toMatchObject({ code: 'SOURCE_TRUNCATED' });
  });
});

describe('very many files of one kind', () => {
  it('are not opened: they are something else', async () => {
    const names = Array.from({ length: 3000 }, (_, at) => `${at}.csv`);
    const path = await folder.write(
      'set.zip',
      zipSync(Object.fromEntries(names.map((name) => [name, Buffer.from('n,class\n1,a\n')]))),
    );
    expect(await folder.refusal(path)).toMatchObject({
      code: 'FORMAT_UNKNOWN',
      got: '3000 files, such as 0.csv',
    });
  });
});
