import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { bindColumns } from '../../core/binding.ts';
import { loadRows } from '../snapshots/batches.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';
import { statisticsOf } from '../snapshots/statistics.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const image = (orientation = 1): Promise<Buffer> =>
  sharp({ create: { width: 20, height: 10, channels: 3, background: '#369' } })
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer();

type Named = readonly [name: string, ...edges: number[]];

function annotation(objects: readonly Named[], size = '<size><width>20</width><height>10</height></size>') {
  const boxes = objects.map(
    ([name, xmin, ymin, xmax, ymax]) =>
      `<object><name>${name}</name><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`,
  );
  return Buffer.from(`<annotation>${size}${boxes.join('')}</annotation>`);
}

/** Four images as in the challenge; the last one is of no part. */
async function challenge(): Promise<Record<string, Buffer>> {
  const lists = { train: 'a\nb\n', val: 'c\n', test: '', trainval: 'a\nb\nc\n' };
  return {
    ...Object.fromEntries(
      await Promise.all(
        ['a', 'b', 'c', 'd'].map(async (name) => [`set/JPEGImages/${name}.jpg`, await image()]),
      ),
    ),
    'set/Annotations/a.xml': annotation([
      ['cat', 0, 0, 10, 10],
      ['salt &amp; pepper', 5, 5, 15, 10],
    ]),
    'set/Annotations/b.xml': annotation([]),
    'set/Annotations/c.xml': annotation([
      ['dog', 10, 0, 20, 5],
      ['dog', 5, 5, 5, 5],
    ]),
    'set/Annotations/d.xml': annotation([['dog', 0, 0, 20, 10]], ''),
    ...Object.fromEntries(
      Object.entries(lists).map(([name, text]) => [`set/ImageSets/Main/${name}.txt`, Buffer.from(text)]),
    ),
  };
}

async function writeAll(files: Record<string, Buffer>): Promise<string> {
  for (const [name, bytes] of Object.entries(files)) await folder.write(name, bytes);
  return `${folder.path}/set`;
}

const split = { validation: 0, test: 0, seed: 1, stratify: false };

describe('images with boxes as in Pascal VOC', () => {
  it.each(['folder', 'zip'])('in a %s become images and boxes, in the parts of its lists', async (form) => {
    const files = await challenge();
    const path = form === 'zip' ? await folder.write('set.zip', zipSync(files)) : await writeAll(files);
    const { format, rows, totalRows, options } = await folder.preview(path);
    expect({ format, totalRows, options }).toMatchObject({
      format: 'pascal-voc',
      totalRows: 4,
      options: { size: [10, 20] },
    });
    expect(rows[0]).toMatchObject([
      { form: 'picture' },
      { form: 'boxes', boxes: [{ name: 'cat', index: 0 }, { name: 'salt & pepper' }] },
    ]);
    const { schema, skipped, folder: made } = await folder.import(path, { split });
    expect(schema.rows).toEqual({ train: 3, validation: 1, test: 0 });
    expect(skipped).toMatchObject([
      { code: 'BOX_EMPTY', where: `${path}: ${form === 'zip' ? 'set/' : ''}Annotations/c.xml` },
    ]);
    expect(schema.columns[1]).toMatchObject({
      shape: [2, 5],
      classes: ['cat', 'dog', 'salt & pepper'],
      counts: [1, 2, 1],
    });
    const statistics = await statisticsOf(made, {
      onProgress: () => {},
      signal: new AbortController().signal,
    });
    expect(statistics.columns[1].classes).toEqual({
      train: [1, 1, 1],
      validation: [0, 1, 0],
      test: [0, 0, 0],
    });
    const snapshot = await openSnapshot(made);
    const binding = bindColumns(schema, ['boxes'], 'target');
    const values = await loadRows(snapshot, 'train', binding, 0, 3);
    await snapshot.close();
    expect(binding).toMatchObject({ dtype: 'f32', shape: [2, 5], classes: ['cat', 'dog', 'salt & pepper'] });
    expect(binding.vocabulary).toBeUndefined();
    const none = [-1, 0, 0, 0, 0];
    expect([...values]).toEqual([
      ...[0, 0.25, 0.5, 0.5, 1, 2, 0.5, 0.75, 0.5, 0.5],
      ...[...none, ...none],
      ...[1, 0.5, 0.5, 1, 1, ...none],
    ]);
  });

  it('are recognised where the first annotation is damaged, which is listed', async () => {
    const path = await writeAll({ ...(await challenge()), 'set/Annotations/a.xml': Buffer.from('<annot') });
    expect(await folder.preview(path)).toMatchObject({ format: 'pascal-voc' });
    const { skipped } = await folder.import(path);
    expect(skipped.map(({ code, where }) => [code, where])).toContainEqual([
      'ANNOTATION_UNREADABLE',
      `${path}: Annotations/a.xml`,
    ]);
  });

  it('may be described in other encodings; boxes without a name are left out', async () => {
    const text = (encoding: string, name = 'Kätzchen') =>
      `<?xml version="1.0" encoding="${encoding}"?>${annotation([[name, 0, 0, 10, 10]]).toString()}`;
    const path = await writeAll({
      ...Object.fromEntries(
        await Promise.all(['1', '2', '3', '4'].map(async (name) => [`set/${name}.jpg`, await image()])),
      ),
      'set/1.xml': Buffer.from(`\ufeff${text('UTF-16')}`, 'utf16le'),
      'set/2.xml': Buffer.from(text('ISO-8859-1'), 'latin1'),
      'set/3.xml': Buffer.from(text('utf-8')),
      'set/4.xml': Buffer.from(text('utf-8', '')),
    });
    const { schema, skipped } = await folder.import(path, { split });
    expect(schema.columns[1]).toMatchObject({ classes: ['Kätzchen'], counts: [3] });
    expect(skipped).toMatchObject([{ code: 'BOX_NAMELESS', where: `${path}: 4.xml` }]);
  });

  it('may lie beside their annotations, in folders of the parts', async () => {
    const box: Named = ['cat', 0, 0, 10, 10];
    const path = await writeAll({
      'set/train/1.jpg': await image(),
      'set/train/1.xml': annotation([box, box]),
      'set/valid/1.jpg': await image(),
      'set/valid/1.xml': annotation([box]),
    });
    expect((await folder.import(path, { split })).schema.rows).toEqual({ train: 1, validation: 1, test: 0 });
  });

  it('are turned only where the annotation is of the image as it is seen', async () => {
    const path = await writeAll({
      'set/stored.jpg': await image(6),
      'set/stored.xml': annotation([['cat', 0, 0, 20, 5]]),
      'set/upright.jpg': await image(6),
      'set/upright.xml': annotation(
        [['cat', 0, 0, 10, 5]],
        '<size><width>10</width><height>20</height></size>',
      ),
    });
    const { folder: made } = await folder.import(path, { split });
    const snapshot = await openSnapshot(made);
    const boxes = await snapshot.read('train', 'boxes', 0, 2);
    await snapshot.close();
    expect([...boxes]).toEqual([0, 0.5, 0.25, 1, 0.5, 0, 0.5, 0.125, 1, 0.25]);
  });

  it('that lack one or the other, or cannot be read, are named', async () => {
    const files = await challenge();
    delete files['set/JPEGImages/a.jpg'];
    files['set/JPEGImages/b.jpg'] = Buffer.from('no image');
    files['set/Annotations/d.xml'] = Buffer.from('<annotation><size></annotation>');
    const path = await writeAll({
      ...files,
      'set/JPEGImages/e.jpg': await image(),
      'set/Annotations/c.xml': annotation([['a', 0, 0, 5, 5]]),
      'set/Annotations/e.xml': annotation([['a', 0, 0, 9, 9]]),
    });
    expect(await folder.refusal(path, { split, onBadRow: 'stop' })).toMatchObject({ code: 'IMAGE_MISSING' });
    const { skipped } = await folder.import(path, { split });
    expect(skipped.map(({ code, where }) => [code, where?.split('/set: ')[1]])).toEqual([
      ['IMAGE_MISSING', 'Annotations/a.xml'],
      ['IMAGE_UNREADABLE', 'JPEGImages/b.jpg'],
      ['ANNOTATION_UNREADABLE', 'Annotations/d.xml'],
    ]);
  });
});
