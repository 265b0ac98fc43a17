import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import type { StrataError } from '../../core/errors.ts';
import type { ImportContext } from '../context.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const CATEGORIES = [
  { id: 18, name: 'dog' },
  { id: 3, name: 'car' },
];

const instances = (names: readonly string[], annotations: readonly object[]): string =>
  JSON.stringify({
    info: {},
    images: names.map((file_name, at) => ({ id: at + 1, file_name, width: 40, height: 20 })),
    annotations,
    categories: CATEGORIES,
  });

async function writeImages(...names: string[]): Promise<void> {
  const create = { width: 20, height: 10, channels: 3, background: '#369' } as const;
  for (const name of names) await folder.write(name, await sharp({ create }).png().toBuffer());
}

const split = { validation: 0, test: 0, seed: 1, stratify: false };

describe('images with boxes as in COCO', () => {
  it('become images and boxes, in the parts that the files are called after', async () => {
    await writeImages('coco/train2017/1.png', 'coco/train2017/2.png');
    const other = { width: 20, height: 10, channels: 3, background: '#fff' } as const;
    await folder.write('coco/val2017/1.png', await sharp({ create: other }).png().toBuffer());
    const train = instances(
      ['1.png', '2.png', 'gone.png'],
      [
        { image_id: 1, category_id: 3, bbox: [10, 5, 20, 10], segmentation: [[1, 2, 3]] },
        { image_id: 1, category_id: 18, bbox: [0, 0, 40, 20], iscrowd: 0 },
        { image_id: 1, category_id: 18, bbox: [0, 0, 4, 4], iscrowd: 1 },
        { image_id: 2, category_id: 3, bbox: [5, 5, 0, 3] },
      ],
    );
    await folder.write('coco/annotations/instances_train2017.json', train);
    const val = instances(['1.png'], [{ image_id: 1, category_id: 18, bbox: [0, 0, 10, 10] }]);
    await folder.write('coco/annotations/instances_val2017.json', val);
    await folder.write(
      'coco/annotations/captions_val2017.json',
      '{"images": [], "annotations": [], "categories": []}',
    );
    const path = `${folder.path}/coco`;
    expect(await folder.preview(path)).toMatchObject({
      format: 'coco',
      totalRows: 3,
      reasons: expect.arrayContaining(['Boxes of crowds are left out (1).']) as string[],
    });
    const { schema, skipped, folder: made } = await folder.import(path, { split });
    expect(schema.rows).toEqual({ train: 2, validation: 1, test: 0 });
    expect(schema.columns[1]).toMatchObject({ shape: [2, 5], classes: ['car', 'dog'], counts: [1, 2] });
    expect(skipped).toMatchObject([{ code: 'IMAGE_MISSING', got: 'gone.png' }, { code: 'BOX_EMPTY' }]);
    const snapshot = await openSnapshot(made);
    const boxes = {
      train: await snapshot.read('train', 'boxes', 0, 2),
      validation: await snapshot.read('validation', 'boxes', 0, 1),
    };
    // Of the two that are called so it is the one of the same part.
    expect((await snapshot.read('validation', 'image', 0, 1))[0]).toBe(255);
    await snapshot.close();
    const none = [-1, 0, 0, 0, 0];
    expect([...boxes.train]).toEqual([...[0, 0.5, 0.5, 0.5, 0.5, 1, 0.5, 0.5, 1, 1], ...none, ...none]);
    expect([...boxes.validation]).toEqual([1, 0.125, 0.25, 0.25, 0.5, ...none]);
  });

  it('say what is left out of the file, and call categories that have no name by their ids', async () => {
    await writeImages('coco/1.png', 'coco/2.png', 'coco/3.png');
    const annotations = [
      { image_id: 1, category_id: 90, bbox: [-10.5, 2.5, 20.25, 10] },
      { image_id: 1, category_id: 3, segmentation: [[1, 2, 3, 4]] },
      { image_id: 9, category_id: 3, bbox: [0, 0, 5, 5] },
    ];
    await folder.write('coco/a.json', instances(['1.png', '2.png'], annotations));
    const path = `${folder.path}/coco`;
    expect((await folder.preview(path)).reasons).toEqual(
      expect.arrayContaining([
        'Annotations without a box are left out (1).',
        'Boxes of images that are not in the list of images are left out (1).',
        'Categories that are not in the list of categories are called by their ids (1).',
        'Images that are not in the list of images are left out (1).',
      ]),
    );
    const { schema, folder: made, warnings, skipped } = await folder.import(path, { split });
    expect(schema).toMatchObject({ rows: { train: 2 }, columns: [{}, { shape: [1, 5], classes: ['90'] }] });
    expect([...skipped, ...warnings].map(({ code }) => code)).toContain('BOX_CUT');
    const snapshot = await openSnapshot(made);
    const boxes = await snapshot.read('train', 'boxes', 0, 2);
    await snapshot.close();
    expect([...boxes]).toEqual([0, 4.875 / 40, 0.375, 9.75 / 40, 0.5, -1, 0, 0, 0, 0].map(Math.fround));
  });

  it('may lack names of categories, and write ids and numbers as text', async () => {
    await writeImages('coco/1.png', 'coco/2.png');
    const annotations = [
      { image_id: '1', category_id: '3', bbox: ['10', '5', '20', '10'] },
      { image_id: 2, category_id: 3, bbox: [0, 0, 40, 20] },
      { image_id: 2, category_id: 3, bbox: null },
    ];
    const { images } = JSON.parse(instances(['1.png', '2.png'], [])) as { images: object[] };
    await folder.write('coco/a.json.gz', gzipSync(JSON.stringify({ images, annotations })));
    const { schema, folder: made } = await folder.import(`${folder.path}/coco`, { split });
    expect(schema.columns[1]).toMatchObject({ shape: [1, 5], classes: ['3'], counts: [2] });
    const snapshot = await openSnapshot(made);
    const boxes = await snapshot.read('train', 'boxes', 0, 2);
    await snapshot.close();
    expect([...boxes]).toEqual([0, 0.5, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 1, 1]);
  });

  it.each([
    ['an image has no id', { images: [{ file_name: '1.png' }] }, 'undefined stands for an id.'],
    ['something is no object', { annotations: [null] }, 'null stands in the list annotations.'],
    ['there are no annotations', { annotations: undefined }, 'images, categories'],
  ])('are refused where %s', async (_, change, got) => {
    await writeImages('coco/1.png');
    const content = JSON.parse(instances(['1.png'], [])) as object;
    await folder.write('coco/a.json', JSON.stringify({ ...content, ...change }));
    expect(await folder.refusal(`${folder.path}/coco`)).toMatchObject({ code: 'COCO_UNREADABLE', got });
  });

  it('tell how far the boxes are read, and stop there when that is cancelled, for a preview and an import', async () => {
    await writeImages('coco/1.png');
    const boxes = Array.from({ length: 20_000 }, () => ({ image_id: 1, category_id: 3, bbox: [1, 2, 3, 4] }));
    await folder.write('coco/a.json', instances(['1.png'], boxes));
    const path = `${folder.path}/coco`;
    for (const read of [
      (context: ImportContext) =>
        folder.preview(path, undefined, context).catch((error: StrataError) => error.problem),
      (context: ImportContext) => folder.refusal(path, {}, context),
    ]) {
      const controller = new AbortController();
      const told: string[] = [];
      const onProgress: ImportContext['onProgress'] = ({ stage, done, total }) => {
        told.push(stage);
        expect(done).toBeLessThan(total!);
        controller.abort();
      };
      expect(await read({ onProgress, signal: controller.signal })).toMatchObject({ code: 'CANCELLED' });
      expect(told).toEqual(['Reading boxes']);
    }
  });

  it('are refused where no image is as it is called, or the file is cut', async () => {
    await writeImages('coco/other.png');
    await folder.write('coco/a.json', instances(['1.png'], []));
    expect(await folder.refusal(`${folder.path}/coco`)).toMatchObject({ code: 'BOXES_NO_IMAGES' });
    await folder.write('coco/a.json', instances(['other.png'], []).slice(0, -20));
    expect(await folder.refusal(`${folder.path}/coco`)).toMatchObject({
      code: 'COCO_UNREADABLE',
      where: `${folder.path}/coco: a.json`,
    });
  });
});
