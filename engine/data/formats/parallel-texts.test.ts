import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const ENGLISH = 'I like it.\nGo home!\n\nYes, please.\n';
const GERMAN = 'Ich mag es.\r\nGeh nach Hause!\r\n\r\nJa, bitte.\r\n';

describe('texts in two languages', () => {
  it('are pairs of their lines, in the parts that the files are called after', async () => {
    for (const part of ['train', 'val', 'test_2016']) {
      await folder.write(`multi/${part}.en.gz`, gzipSync(ENGLISH));
      await folder.write(`multi/${part}.de`, GERMAN);
    }
    await folder.write('multi/README.md', 'about');
    const { format, columns, rows } = await folder.preview(`${folder.path}/multi`);
    expect(format).toBe('parallel-texts');
    expect(columns.map(({ name, kind, role }) => `${name} ${kind} ${role}`)).toEqual([
      'de text input',
      'en text target',
    ]);
    expect(rows.slice(0, 2)).toEqual([
      ['Ich mag es.', 'I like it.'],
      ['Geh nach Hause!', 'Go home!'],
    ]);
    const { schema } = await folder.import(`${folder.path}/multi`);
    expect(schema.rows).toEqual({ train: 3, validation: 3, test: 3 });
  });

  it('may be in an archive; a line without a translation is listed', async () => {
    const files = {
      'Books.en-fr.en': 'One.\n\nThree.\n',
      'Books.en-fr.fr': 'Un.\nDeux.\nTrois.\n',
      LICENSE: 'free',
    };
    const bytes = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]);
    const path = await folder.write('books.zip', zipSync(Object.fromEntries(bytes)));
    const { schema, skipped } = await folder.import(path, { split: { validation: 0, test: 0, seed: 1 } });
    expect(schema.rows.train).toBe(2);
    expect(skipped).toMatchObject([{ code: 'LINE_FORM', where: `${path}: Books.en-fr.en, line 2` }]);
  });

  it('of different lengths are refused', async () => {
    await folder.write('a/text.en', ENGLISH);
    await folder.write('a/text.de', `${GERMAN}Noch was.\n`);
    expect(await folder.refusal(`${folder.path}/a`)).toMatchObject({
      code: 'PARALLEL_LENGTHS',
      got: 'text.en ends after 4 lines',
    });
  });

  it('are not files that only look so', async () => {
    await folder.write('code/main.ts', 'export const a = 1;\n');
    await folder.write('code/main.css', 'a { color: red }\n');
    await expect(folder.preview(`${folder.path}/code`)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  });
});
