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
