import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const ALL_TRAIN = { validation: 0, test: 0, seed: 1 };
const review = (number: number) => `Review ${number}\n\nIt was a fine film, and a long one.\n`;

async function write(paths: readonly string[], content: (at: number) => string | Uint8Array = review) {
  for (const [at, path] of paths.entries()) await folder.write(path, content(at));
}

describe('a folder of texts', () => {
  it('has a class for each folder, with files that have no ending, and their paths', async () => {
    await write(['alt.atheism', 'sci.space'].flatMap((name) => [`news/${name}/49960`, `news/${name}/51060`]));
    const { format, columns, rows, totalRows } = await folder.preview(`${folder.path}/news`);
    expect([format, totalRows]).toEqual(['text-folder', 4]);
    expect(columns.map(({ name, kind, role }) => `${name} ${kind} ${role}`)).toEqual([
      'text text input',
      'class category target',
      'file identifier id',
    ]);
    expect(rows[0]).toEqual([review(0).trim(), 'alt.atheism', 'alt.atheism/49960']);
  });

  it('has parts where folders are called after them or have it in their names; what has no class is listed', async () => {
    const reviews = ['train', 'test'].flatMap((part) =>
      ['pos', 'neg'].flatMap((name) => [0, 1].map((at) => `imdb-${part}/${name}/${at}_9.txt`)),
    );
    await write([...reviews, 'imdb-train/unsup/0_0.txt', 'README', 'imdb.vocab']);
    const { schema, skipped } = await folder.import(folder.path, { split: ALL_TRAIN });
    expect(schema.rows).toEqual({ train: 4, validation: 0, test: 4 });
    expect(schema.columns[1].classes).toEqual(['neg', 'pos']);
    expect(skipped).toMatchObject([
      { code: 'FILE_UNLABELLED', where: `${folder.path}: imdb-train/unsup/0_0.txt` },
    ]);
  });

  it('has an encoding for each file; what is empty, no text or far too long is listed', async () => {
    const texts = ['Straße €', 'Weiß', 'über alles', 'Ça va'];
    const bytes = [
      Buffer.from(texts[0]),
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(texts[1], 'utf16le')]),
      Buffer.from(texts[2], 'latin1'),
      // Most lines are UTF-8 as well.
      Buffer.from(`${'and so on\n'.repeat(200)}${texts[3]}`, 'latin1'),
    ];
    await write(['a/0.txt', 'a/1.txt', 'b/2.txt', 'b/3.txt'], (at) => bytes[at]);
    await folder.write('a/empty.txt', ' \n');
    await folder.write('b/none.txt', Buffer.from([1, 0, 2, 255]));
    await folder.write('b/long.txt', 'a word and more. '.repeat(1_000_000));
    const { rows } = await folder.preview(folder.path);
    expect(rows.map(([text]) => String(text).split('\n').at(-1))).toEqual(texts);
    const { skipped } = await folder.import(folder.path, { split: ALL_TRAIN });
    expect(skipped.map(({ code, where }) => [code, where?.split(': ').at(-1)])).toEqual([
      ['TEXT_UNREADABLE', 'a/empty.txt'],
      ['TEXT_TOO_LONG', 'b/long.txt'],
      ['TEXT_UNREADABLE', 'b/none.txt'],
    ]);
  });

  it('may be an archive', async () => {
    const files = ['pos/0.txt', 'pos/1.txt', 'neg/0.txt', 'neg/1.txt'].map((path) => [
      path,
      Buffer.from(review(1)),
    ]);
    const path = await folder.write('reviews.zip', zipSync(Object.fromEntries(files)));
    expect((await folder.preview(path)).format).toBe('text-folder');
  });

  it.each([
    ['tables', ['a/1.txt', 'a/2.txt', 'b/1.txt', 'b/2.txt'], '1 2 3\n4 5 6\n'],
    [
      'parts of a data set for each language',
      ['en/train.txt', 'en/test.txt', 'fr/train.txt', 'fr/test.txt'],
      review(1),
    ],
    ['books', ['alice.txt', 'emma.txt', 'moby.txt'], review(1)],
    ['books in folders of their own', ['alice/text.txt', 'emma/text.txt', 'moby/text.txt'], review(1)],
  ])('is none of %s', async (_, paths, content) => {
    await write(paths, () => content);
    expect((await folder.preview(folder.path)).format).not.toBe('text-folder');
  });
});
