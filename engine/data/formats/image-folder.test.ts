import { mkdir } from 'node:fs/promises';
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

  it('of one class only are refused', async () => {
    const path = await writeAll({
      'pets/red/1.png': await image('#f00'),
      'pets/red/2.png': await image('#f00'),
    });
    expect(await folder.refusal(`${path}/pets`)).toMatchObject({ code: 'IMAGES_ONE_CLASS' });
  });
});

describe('folders of classes', () => {
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
