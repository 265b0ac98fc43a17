import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import wavefile from 'wavefile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

type Files = Record<string, Uint8Array>;
const NAMES = ['0', '1', '2', '3'];
const SPLIT = { validation: 0, test: 0 };

async function images(place: string): Promise<Files> {
  const create = { width: 20, height: 10, channels: 3, background: '#369' } as const;
  const bytes = await sharp({ create }).png().toBuffer();
  return Object.fromEntries(NAMES.map((name) => [`${place}${name}.png`, bytes]));
}

function sounds(): Files {
  const file = new wavefile.WaveFile();
  file.fromScratch(
    1,
    8000,
    '16',
    Array.from({ length: 500 }, (_, at) => at),
  );
  return Object.fromEntries(NAMES.map((name, at) => [`${'ab'[at % 2]}/${name}.wav`, file.toBuffer()]));
}

const texts = (place: (name: string) => string, text: string): Files =>
  Object.fromEntries(NAMES.map((name) => [place(name), Buffer.from(text)]));

const VOC =
  '<annotation><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>';

/** An archive in which a byte of one file is another one. */
async function damaged(files: Files, name: string): Promise<string> {
  const zip = Buffer.from(zipSync(files, { level: 0 }));
  zip[zip.indexOf(name) + name.length + files[name].length - 1] ^= 1;
  return folder.write('set.zip', zip);
}

describe('one damaged file of an archive', () => {
  it.each([
    ['audio-folder', 'a/0.wav', async () => sounds()],
    ['image-folder', 'a/0.png', async () => ({ ...(await images('a/')), ...(await images('b/')) })],
    [
      'pascal-voc',
      'set/0.xml',
      async () => ({ ...(await images('set/')), ...texts((name) => `set/${name}.xml`, VOC) }),
    ],
    [
      'yolo',
      'labels/0.txt',
      async () => ({
        ...(await images('images/')),
        ...texts((name) => `labels/${name}.txt`, '0 0.5 0.5 0.2 0.2'),
      }),
    ],
  ])('of the kind %s is listed, and the others are read', async (format, name, made) => {
    const files = await made();
    const path = await damaged(files, name);
    expect(await folder.preview(path)).toMatchObject({ format });
    const { skipped, schema } = await folder.import(path, { split: SPLIT });
    expect(skipped).toMatchObject([{ where: `${path}: ${name}`, got: expect.stringContaining('checksum') }]);
    const examples = Object.keys(files).filter((file) => /png|wav/.test(file)).length;
    expect(schema.rows.train).toBe(examples - 1);
  });

  it('that may be the table of the others is refused', async () => {
    const table = {
      'labels.csv': Buffer.from(`file,class\n${NAMES.map((name) => `${name}.png,a`).join('\n')}`),
    };
    const path = await damaged({ ...(await images('')), ...table }, 'labels.csv');
    expect(await folder.refusal(path)).toMatchObject({
      code: 'ARCHIVE_ENTRY_DAMAGED',
      where: `${path}: labels.csv`,
    });
  });
});

describe('a link of a folder to nothing', () => {
  it('is listed', async () => {
    for (const [name, bytes] of Object.entries(await images('set/a/'))) await folder.write(name, bytes);
    const link = join(folder.path, 'set/a/gone.png');
    await symlink(join(folder.path, 'nowhere.png'), link);
    const { skipped } = await folder.import(join(folder.path, 'set'), { split: SPLIT });
    expect(skipped.map(({ code, where }) => [code, where])).toEqual([['LINK_BROKEN', link]]);
  });
});
