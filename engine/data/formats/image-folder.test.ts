import { mkdir, symlink } from 'node:fs/promises';
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

/** An image of one colour. */
function image(colour: string, format: 'png' | 'jpeg' = 'png', width = 4, height = 2): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .toFormat(format, { quality: 100 })
    .toBuffer();
}

async function trees(): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (let at = 1; at <= 5; at++) {
    files[`pets/red/${at}.png`] = await image('#f00');
    files[`pets/blue/${at}.jpg`] = await image('#00f', 'jpeg');
  }
  // A PNG, whatever it is called.
  files['pets/blue/4.jpg'] = await image('#00f');
  return files;
}

async function writeAll(files: Record<string, Buffer>): Promise<string> {
  for (const [name, bytes] of Object.entries(files)) await folder.write(name, bytes);
  return folder.path;
}

describe('folders of images', () => {
  it('become images and classes, whether PNG or JPEG', async () => {
    const path = `${await writeAll(await trees())}/pets`;
    const { schema, folder: made } = await folder.import(path, {
      split: { validation: 0, test: 0, seed: 1, stratify: true },
    });
    expect(schema.columns).toMatchObject([
      { name: 'image', shape: [2, 4, 3] },
      { name: 'class', classes: ['blue', 'red'], counts: [5, 5] },
    ]);
    const snapshot = await openSnapshot(made);
    const classes = await snapshot.read('train', 'class', 0, 10);
    const pixels = await snapshot.read('train', 'image', 0, 10);
    await snapshot.close();
    classes.forEach((label, row) => {
      const [red, , blue] = pixels.subarray(row * 24, row * 24 + 3);
      expect(label === 1 ? red : blue).toBeGreaterThan(250);
      expect(label === 1 ? blue : red).toBeLessThan(5);
    });
  });

  it('and zip archives of them give the same snapshot', async () => {
    const files = await trees();
    const path = `${await writeAll(files)}/pets`;
    const zip = await folder.write('pets.zip', zipSync(files));
    expect((await folder.import(zip)).hash).toBe((await folder.import(path)).hash);
  });

  it('scale to the size and colours that are asked for', async () => {
    const path = `${await writeAll(await trees())}/pets`;
    const { schema } = await folder.import(path, { source: { options: { size: [3, 5], colour: 'gray' } } });
    expect(schema.columns[0].shape).toEqual([3, 5, 1]);
  });

  it('called train and test are the parts', async () => {
    const files: Record<string, Buffer> = {};
    for (const [part, count] of [
      ['train', 4],
      ['test', 3],
    ] as const) {
      for (let at = 0; at < count; at++) {
        files[`data/${part}/a/${at}.png`] = await image('#111');
        files[`data/${part}/b/${at}.png`] = await image('#eee');
      }
    }
    const { schema } = await folder.import(`${await writeAll(files)}/data`, {
      split: { validation: 0.25, test: 0.5, seed: 1, stratify: true },
    });
    expect(schema.rows).toEqual({ train: 6, validation: 2, test: 6 });
  });

  it('with images that cannot be read import the others and name those, or stop', async () => {
    const files = await trees();
    files['pets/red/1.png'] = Buffer.from('not an image');
    files['pets/blue/2.jpg'] = files['pets/blue/2.jpg'].subarray(0, 200);
    const path = `${await writeAll(files)}/pets`;
    expect(await folder.refusal(path, { onBadRow: 'stop' })).toMatchObject({ code: 'IMAGE_UNREADABLE' });
    const { skipped, schema } = await folder.import(path);
    expect(skipped.map(({ code, where }) => [code, where?.split(': ')[1]])).toEqual([
      ['IMAGE_UNREADABLE', 'blue/2.jpg'],
      ['IMAGE_UNREADABLE', 'red/1.png'],
    ]);
    expect(schema.columns[1].counts).toEqual([4, 4]);
  });

  it('of one class only are read alone, and that is told', async () => {
    const path = await writeAll({
      'pets/red/1.png': await image('#f00'),
      'pets/red/2.png': await image('#f00'),
    });
    const { schema, warnings } = await folder.import(`${path}/pets`);
    expect(schema.columns).toMatchObject([{ name: 'image', role: 'input' }]);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'IMAGES_NO_CLASSES' }));
  });
});

describe('folders of classes', () => {
  it('may be links to folders elsewhere, but none that lead around', async () => {
    const files = await trees();
    await writeAll(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name.replace('pets', 'else'), bytes])),
    );
    await mkdir(`${folder.path}/pets`);
    for (const [link, target] of [
      ['red', 'else/red'],
      ['blue', 'else/blue'],
      ['blue/around', 'pets'],
      ['up', ''],
    ])
      await symlink(`${folder.path}/${target}`, `${folder.path}/pets/${link}`);
    const { schema } = await folder.import(`${folder.path}/pets`);
    expect(schema.columns[1]).toMatchObject({ classes: ['blue', 'red'], counts: [5, 5] });
  });

  it('that are empty, and images that lie in none, are told of', async () => {
    const path = `${await writeAll(await trees())}/pets`;
    await mkdir(`${path}/green/.cache`, { recursive: true });
    await folder.write('pets/overview.png', await image('#0f0'));
    expect((await folder.preview(path)).warnings).toMatchObject([
      { code: 'CLASS_EMPTY', where: `${path}: green` },
    ]);
    const { skipped, warnings, schema } = await folder.import(path);
    expect(warnings[0]).toMatchObject({ code: 'CLASS_EMPTY' });
    expect(skipped).toMatchObject([{ code: 'FILE_UNLABELLED', where: `${path}: overview.png` }]);
    expect(schema.columns[1].classes).toEqual(['blue', 'red']);
  });
});

describe('classes and parts by folders and names', () => {
  /** Rows of each class and part, and files without a class. */
  async function imported(paths: readonly string[], options = {}) {
    const files = await Promise.all(
      paths.map(async (path, at) => [path, await image(`#${100 + at}`)] as const),
    );
    const path = await writeAll(Object.fromEntries(files));
    const split = { validation: 0, test: 0, seed: 1, stratify: false };
    const { schema, skipped } = await folder.import(path, { split, source: { options } });
    const [, { classes = [], counts }] = schema.columns;
    return {
      classes: Object.fromEntries(classes.map((label, at) => [label, counts?.[at]])),
      rows: Object.values(schema.rows),
      bare: skipped.map(({ where }) => where?.split(': ')[1]),
    };
  }
  const each = (...places: readonly string[]) =>
    places.flatMap((place) => [`${place}1.png`, `${place}2.png`]);

  it.each([
    [
      'parts inside of classes',
      each('a/train/', 'a/test/', 'b/train/', 'b/test/'),
      { a: 4, b: 4 },
      [4, 0, 4],
      [],
    ],
    [
      'a part without classes',
      each('d/train/a/', 'd/train/b/', 'd/test1/'),
      { a: 2, b: 2 },
      [4, 0, 0],
      each('d/test1/'),
    ],
    ['classes called like parts', each('valid/', 'invalid/'), { invalid: 2, valid: 2 }, [4, 0, 0], []],
    ['names in parts', each('train/a.', 'train/b.', 'test1/'), { a: 2, b: 2 }, [4, 0, 0], each('test1/')],
  ])('are found: %s', async (_, paths, classes, rows, bare) => {
    expect(await imported(paths)).toEqual({ classes, rows, bare });
  });

  it('are those of the outermost folders if one says so, and the preview tells of them', async () => {
    const paths = each('d/train/cat/one/', 'd/train/cat/two/', 'd/train/dog/one/', 'd/test/dog/');
    expect((await imported(paths)).classes).toEqual({ dog: 2, one: 4, two: 2 });
    expect((await folder.preview(folder.path)).reasons.join(' ')).toContain('such as cat, dog');
    const outermost = await imported(paths, { classes: 'outermost' });
    expect(outermost).toMatchObject({ classes: { cat: 4, dog: 4 }, rows: [6, 0, 2] });
  });

  it('are not there where all images lie side by side: with a text beside them, and in parts', async () => {
    const images = { 'train/1.png': await image('#f00'), 'train/2.png': await image('#0f0') };
    const path = await writeAll({ ...images, 'test/3.png': await image('#00f') });
    await folder.write('readme.txt', 'Three images.');
    const { schema } = await folder.import(path, { split: { validation: 0 } });
    expect(schema.columns.map(({ name }) => name)).toEqual(['image']);
    expect(schema.rows).toEqual({ train: 2, validation: 0, test: 1 });
  });

  it('are told from sounds among them', async () => {
    await folder.write('red/note.wav', 'RIFF');
    await writeAll({ 'red/1.png': await image('#f00'), 'blue/1.png': await image('#00f') });
    expect((await folder.preview(folder.path)).format).toBe('image-folder');
  });
});

describe('zip archives', () => {
  it('cannot write or read outside of themselves', async () => {
    const path = await folder.write(
      'evil.zip',
      zipSync({ ...(await trees()), '../../evil/red/9.png': await image('#f00') }),
    );
    const { skipped, warnings } = await folder.import(path);
    expect(skipped).toMatchObject([{ code: 'ARCHIVE_PATH_OUTSIDE' }]);
    expect(warnings.map(({ code }) => code)).not.toContain('ARCHIVE_PATH_OUTSIDE');
  });

  it('that end too early are refused', async () => {
    const whole = zipSync(await trees());
    const path = await folder.write('cut.zip', whole.subarray(0, whole.length - 400));
    expect(await folder.refusal(path)).toMatchObject({ code: 'ZIP_DAMAGED' });
  });
});
