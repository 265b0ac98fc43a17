import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

/** An image whose brightness tells which one it is. */
const image = (level: number): Promise<Buffer> =>
  sharp({ create: { width: 4, height: 4, channels: 3, background: { r: level, g: level, b: level } } })
    .png()
    .toBuffer();

async function images(...names: readonly string[]): Promise<Record<string, Buffer>> {
  const files = await Promise.all(names.map(async (name, at) => [`set/${name}`, await image(10 * (at + 1))]));
  return Object.fromEntries(files) as Record<string, Buffer>;
}

async function writeAll(files: Record<string, Buffer | string>): Promise<string> {
  for (const [name, bytes] of Object.entries(files)) await folder.write(name, bytes);
  return `${folder.path}/set`;
}

const split = { validation: 0, test: 0, seed: 1, stratify: false };

/** The level of each image with its class, over all parts. */
async function pairs(path: string): Promise<[number, string][]> {
  const { folder: made, schema } = await folder.import(path, { split });
  const snapshot = await openSnapshot(made);
  const found: [number, string][] = [];
  const target = schema.columns[1];
  for (const part of ['train', 'validation', 'test'] as const) {
    const pixels = await snapshot.read(part, 'image', 0, 9);
    const classes = await snapshot.read(part, target.name, 0, 9);
    classes.forEach((code, row) => found.push([pixels[row * 48], target.classes![code]]));
  }
  await snapshot.close();
  return found;
}

describe('images with a table', () => {
  const table = 'file,weight,breed\nb.png,3,cat\na.png,5,dog\nimages/c.png,2,cat\n';

  it.each(['folder', 'zip'])('in a %s become the rows of the table', async (form) => {
    const files = {
      ...(await images('images/a.png', 'images/b.png', 'images/c.png', 'images/d.png')),
      'set/labels.csv': Buffer.from(table),
    };
    const path = form === 'zip' ? await folder.write('set.zip', zipSync(files)) : await writeAll(files);
    const { format, columns, totalRows, reasons } = await folder.preview(path);
    expect({ format, totalRows }).toEqual({ format: 'image-table', totalRows: 3 });
    expect(reasons[0]).toBe(`Column "file" of ${form === 'zip' ? 'set/' : ''}labels.csv names the images.`);
    expect(columns.map(({ name, kind, role }) => [name, kind, role])).toEqual([
      ['image', 'image', 'input'],
      ['weight', 'number', 'ignore'],
      ['breed', 'category', 'target'],
    ]);
    expect(await pairs(path)).toEqual([
      [20, 'cat'],
      [10, 'dog'],
      [30, 'cat'],
    ]);
  });

  it('may be called without their endings, by numbers that other columns have, too', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `${at}.png`);
    const rows = names.map((_, at) => `${at % 2},${at}`);
    const path = await writeAll({
      ...(await images(...names)),
      'set/train.csv': `label,id\n${rows.join('\n')}\n`,
    });
    const [, target] = (await folder.import(path, { split })).schema.columns;
    expect(target).toMatchObject({ name: 'label', classes: ['0', '1'], counts: [6, 6] });
  });

  it('or with several, one for each part, beside their images', async () => {
    const path = await writeAll({
      ...(await images('train/1.png', 'train/2.png', 'test/1.png', 'test/2.png')),
      'set/train/metadata.jsonl':
        '{"file_name": "1.png", "label": "a"}\n{"file_name": "2.png", "label": "b"}\n',
      'set/test/metadata.jsonl':
        '{"file_name": "1.png", "label": "b"}\n{"file_name": "2.png", "label": "a"}\n',
      'set/other.csv': 'name,x,y\n1.png,1,2\n2.png,3,4\n',
    });
    expect((await folder.preview(path)).reasons).toContain('other.csv has other columns and is left out.');
    expect(await pairs(path)).toEqual([
      [10, 'a'],
      [20, 'b'],
      [30, 'b'],
      [40, 'a'],
    ]);
  });

  it('is read without those beside it that are for no part', async () => {
    const path = await writeAll({
      ...(await images('train/1.png', 'train/2.png', 'test/3.png')),
      'set/sample_submission.csv': 'id,label\n3.png,a\n1.png,a\n',
      'set/train.csv': 'id,label\n1.png,a\n2.png,b\n',
    });
    expect((await folder.preview(path)).reasons).toContain(
      'sample_submission.csv is for no part and is left out.',
    );
    expect(await pairs(path)).toEqual([
      [10, 'a'],
      [20, 'b'],
    ]);
  });

  it('may write their names in small letters; of two with one name in other folders neither is taken', async () => {
    const path = await writeAll({
      ...(await images('x/IMG1.PNG', 'x/IMG2.PNG', 'x/same.png', 'y/same.png', 'y/b.png', 'y/B.png')),
      'set/t.csv': 'file,class\nimg1.png,u\nimg2.png,v\nsame.png,u\ny/same.png,v\nB.png,u\n',
    });
    expect(await pairs(path)).toEqual([
      [10, 'u'],
      [20, 'v'],
      [40, 'v'],
      [60, 'u'],
    ]);
    const { skipped } = await folder.import(path, { split });
    expect(skipped.map(({ code, got }) => [code, got])).toEqual([
      ['IMAGE_MISSING', 'same.png'],
      ['IMAGE_UNNAMED', 'x/same.png'],
      ['IMAGE_UNNAMED', 'y/b.png'],
    ]);
  });

  it('names many images that are called alike in folders of their own', async () => {
    const rows = Array.from({ length: 3000 }, (_, at) => `${at}/x.png,${at % 2}`);
    const bytes = new Uint8Array(await image(10));
    const files = Object.fromEntries(rows.map((_, at) => [`${at}/x.png`, bytes]));
    const table = Buffer.from(`file,label\n${rows.join('\n')}\n`);
    const path = await folder.write('set.zip', zipSync({ ...files, 'labels.csv': table }, { level: 0 }));
    const start = performance.now();
    expect(await folder.preview(path)).toMatchObject({ format: 'image-table', rows: { length: 20 } });
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('is none that only counts, beside folders of classes', async () => {
    const path = await writeAll({
      ...(await images('a/1.png', 'a/2.png', 'b/1.png', 'b/2.png')),
      'set/sizes.csv': 'number,bytes\n1,100\n2,120\n',
    });
    expect((await folder.preview(path)).format).toBe('image-folder');
  });

  it('that are missing or cannot be read are named', async () => {
    const path = await writeAll({
      ...(await images('a.png', 'b.png', 'c.png')),
      'set/b.png': 'no image',
      'set/t.csv': 'file,class\na.png,x\nb.png,y\nc.png,y\nz.png,x\n',
    });
    const { skipped } = await folder.import(path, { split });
    expect(skipped).toMatchObject([
      { code: 'IMAGE_MISSING', got: 'z.png' },
      { code: 'IMAGE_UNREADABLE', where: `${path}: b.png` },
    ]);
  });
});
