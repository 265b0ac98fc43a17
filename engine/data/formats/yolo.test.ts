import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { size } from '../../core/shape.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
let image: Buffer;
beforeEach(async () => {
  folder = await ImportFolder.create();
  const create = { width: 20, height: 10, channels: 3, background: '#369' } as const;
  image = await sharp({ create }).jpeg().toBuffer();
});
afterEach(() => folder.remove());

const split = { validation: 0, test: 0 };
const NAMES = 'path: ../set\ntrain: images/train\nnames:\n  0: cat\n  1: big dog\n';
/** The training rows' boxes: class, centre and size, and empty ones behind them. */
async function boxesOf(path: string) {
  const result = await folder.import(path, { split });
  const [, boxes] = result.schema.columns;
  const snapshot = await openSnapshot(result.folder);
  const values = [...(await snapshot.read('train', 'boxes', 0, result.schema.rows.train))];
  await snapshot.close();
  const width = size(boxes.shape);
  const rows = Array.from({ length: values.length / width }, (_, row) =>
    values.slice(row * width, (row + 1) * width),
  );
  return { ...result, boxes, rows };
}

const close = (...values: readonly number[]) => values.map((value) => expect.closeTo(value, 5) as number);

async function write(files: Readonly<Record<string, string | Buffer>>, zipped = false): Promise<string> {
  if (zipped) {
    const all = Object.entries(files).map(([name, content]) => [`set/${name}`, Buffer.from(content)]);
    return folder.write('set.zip', zipSync(Object.fromEntries(all) as Record<string, Uint8Array>));
  }
  for (const [name, content] of Object.entries(files)) await folder.write(`set/${name}`, content);
  return `${folder.path}/set`;
}

describe('images with boxes as for YOLO', () => {
  it.each([
    [
      'images above the parts, in a folder',
      'images/train/',
      'labels/train/',
      'images/val/',
      'labels/val/',
      false,
    ],
    [
      'images in the parts, in a zip',
      'train/images/',
      'train/labels/',
      'valid/images/',
      'valid/labels/',
      true,
    ],
    ['texts beside the images', 'train/', 'train/', 'val/', 'val/', false],
  ])('are read: %s', async (_, images, labels, others, otherLabels, zipped) => {
    const path = await write(
      {
        'data.yaml': NAMES,
        [`${images}a.jpg`]: image,
        [`${labels}a.txt`]: '1 0.5 0.4 0.5 0.2\r\n0 0.25 0.5 0.5 1\n',
        [`${images}b.jpg`]: image,
        [`${labels}b.txt`]: '',
        [`${others}c.jpg`]: image,
        [`${otherLabels}c.txt`]: '0 0.5 0.5 0.2 0.2 0.87\n',
        [`${others}d.jpg`]: image,
      },
      zipped,
    );
    const { format, reasons } = await folder.preview(path);
    expect(format).toBe('yolo');
    expect(reasons).toContain('Images without a text have no boxes (1).');
    const { schema, boxes, rows, skipped } = await boxesOf(path);
    expect(skipped).toEqual([]);
    expect(schema.rows).toEqual({ train: 2, validation: 2, test: 0 });
    expect(boxes).toMatchObject({ classes: ['big dog', 'cat'], counts: [1, 2] });
    const [first, second] = rows;
    expect(first).toEqual([...close(0, 0.5, 0.4, 0.5, 0.2), ...close(1, 0.25, 0.5, 0.5, 1)]);
    expect(second.filter((_, at) => at % 5 === 0)).toEqual([-1, -1]);
  });

  it('may be outlines, of which the box around is taken, and classes without names', async () => {
    const path = await write({
      'images/a.jpg': image,
      'labels/a.txt': '7 0.1 0.2 0.5 0.2 0.3 0.6\n',
      'images/b.jpg': image,
      'labels/b.txt': '12 0.5 0.5 1 1\n',
    });
    const { boxes, rows } = await boxesOf(path);
    expect(boxes.classes).toEqual(['7', '12']);
    expect(rows[0]).toEqual(close(0, 0.3, 0.4, 0.4, 0.4));
  });

  it('with points of bodies keep their boxes', async () => {
    const path = await write({
      'data.yaml': 'kpt_shape: [2, 3]\nnames: [person]\n',
      'images/a.jpg': image,
      'labels/a.txt': '0 0.5 0.5 0.2 0.4 0.1 0.1 2 0.9 0.9 1\n',
      'images/b.jpg': image,
    });
    expect((await boxesOf(path)).rows[0]).toEqual(close(0, 0.5, 0.5, 0.2, 0.4));
  });

  it('list what cannot be read, classes that have no name, and texts without an image', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 22 }, (_, at) => [`images/${at}.jpg`, image] as const),
    );
    const texts = Object.fromEntries(
      Array.from({ length: 21 }, (_, at) => [`labels/${at}.txt`, '0 0.5 0.5 0.5 0.5\n'] as const),
    );
    const path = await write({
      ...many,
      ...texts,
      'data.yaml': NAMES,
      'labels/3.txt': '0 0.5 0.5 0.5 0.5\n4 0.5 0.5 0.1 0.1\n',
      'labels/21.txt': '0 0.5 0.5 0.5 0.5\ncat 0.5 0.5\n',
      'labels/lost.txt': '0 0.5 0.5 0.5 0.5\n',
    });
    const { schema, skipped } = await boxesOf(path);
    expect(schema.rows.train).toBe(21);
    expect(skipped.map(({ code, where }) => [code, where?.split('labels/')[1]])).toEqual([
      ['IMAGE_MISSING', 'lost.txt'],
      ['BOX_NAMELESS', '3.txt'],
      ['ANNOTATION_UNREADABLE', '21.txt, line 2'],
    ]);
  });

  it('are told from images with other texts beside them', async () => {
    const path = await write({
      'red/a.jpg': image,
      'red/a.txt': 'A picture of something red.',
      'blue/b.jpg': image,
      'blue/b.txt': 'Blue.',
    });
    expect((await folder.preview(path)).format).not.toBe('yolo');
  });
});
