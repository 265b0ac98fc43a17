import { zipSync } from 'fflate';
import { dump } from 'npyjs';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import wavefile from 'wavefile';
import { ImportFolder } from '../../tests/harness/import.ts';
import type { ColumnChoice } from '../core/import.ts';
import { kinds } from '../data/kinds/catalogue.ts';
import { openRequest } from '../data/open.ts';
import { listed } from '../data/tables/rows.ts';
import { openSnapshot } from '../data/snapshots/snapshot.ts';
import { GIVEN, givenRows } from './given-rows.ts';

let folder: ImportFolder;
beforeAll(async () => {
  folder = await ImportFolder.create();
});
afterAll(() => folder.remove());

const split = { validation: 0, test: 0, seed: 1, stratify: false };
const checked = new Set<string>();

const TABLE = [
  'name;when;day;price;size;plain;colour;absent;trust;text;track',
  'a;1/2/2025;3/4/2024;1.234,5;1;2;red;x;1;The cat sat;1 2 3 4',
  'bb;2/2/2025;;;;;;;3;on the mat;[5, 6]',
  'c;3/2/2025;5/4/2024;99,5;3;1e3;red;y;0.5;a dog;0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8',
  'ä;4/2/2025;6/5/2025;2,5 €;40;;blue;x;2;the Cat;7,8',
];

const COLUMNS: readonly ColumnChoice[] = [
  { name: 'name', kind: 'identifier', role: 'id' },
  { name: 'when', kind: 'date', role: 'time', options: { dayFirst: true } },
  { name: 'day', kind: 'date', role: 'input', options: { dayFirst: true, dayOfMonth: true } },
  { name: 'price', kind: 'number', role: 'input', options: { notation: 'comma' } },
  {
    name: 'size',
    kind: 'number',
    role: 'input',
    options: { missing: 'median', scaling: 'log1p', indicator: true },
  },
  { name: 'plain', kind: 'number', role: 'input', options: { missing: 'constant', constant: 0.1 } },
  { name: 'colour', kind: 'category', role: 'input', options: { fewest: 2, indicator: true } },
  { name: 'absent', kind: 'category', role: 'input', options: { missing: 'class' } },
  { name: 'trust', kind: 'number', role: 'weight' },
  { name: 'text', kind: 'text', role: 'input', options: { vocabulary: 5, length: 2 } },
  { name: 'track', kind: 'sequence', role: 'input', options: { channels: 2, length: 3 } },
];

async function coco(): Promise<string> {
  const create = { width: 20, height: 10, channels: 3, background: '#369' } as const;
  const images = ['1.png', '2.png'];
  for (const name of images)
    await folder.write(`coco/train2017/${name}`, await sharp({ create }).png().toBuffer());
  const described = {
    images: images.map((file_name, at) => ({ id: at + 1, file_name, width: 20, height: 10 })),
    annotations: [
      { image_id: 1, category_id: 3, bbox: [10, 5, 5, 2] },
      { image_id: 1, category_id: 18, bbox: [0, 0, 20, 10] },
      { image_id: 2, category_id: 3, bbox: [5, 5, 5, 3] },
    ],
    categories: [
      { id: 18, name: 'dog' },
      { id: 3, name: 'car' },
    ],
  };
  await folder.write('coco/annotations/instances_train2017.json', JSON.stringify(described));
  return `${folder.path}/coco`;
}

async function sounds(): Promise<string> {
  for (const [at, hertz] of [300, 400, 3000].entries()) {
    const file = new wavefile.WaveFile();
    const samples = Array.from({ length: 2000 }, (_, t) => Math.round(9000 * Math.sin((hertz * t) / 1273)));
    file.fromScratch(1, 8000, '16', samples);
    await folder.write(`sounds/${at < 2 ? 'low' : 'high'}/${at}.wav`, file.toBuffer());
  }
  return `${folder.path}/sounds`;
}

const array = (values: Parameters<typeof dump>[0], shape: number[]): Uint8Array =>
  new Uint8Array(dump(values, shape));
const ARRAYS = zipSync({
  'signals.npy': array(
    Float32Array.from({ length: 24 }, (_, at) => at / 7),
    [3, 4, 2],
  ),
  'labels.npy': array(Uint8Array.of(0, 1, 0), [3]),
});

const SOURCES: readonly (readonly [string, () => Promise<string>, readonly ColumnChoice[]])[] = [
  ['a table', () => folder.write('table.csv', TABLE.join('\n')), COLUMNS],
  ['tagged texts', () => folder.write('tags.conll', 'Anna\tB-person\nsleeps\tO\n\nYork\tB-place\n'), []],
  ['images with boxes', coco, []],
  ['sounds', sounds, []],
  [
    'sounds as samples',
    sounds,
    [{ name: 'sound', kind: 'audio', role: 'input', options: { view: 'samples' } }],
  ],
  ['tensors', () => folder.write('points.npz', ARRAYS), []],
];

it.each(SOURCES)('%s: cells are stored as the import stored them', async (_, write, columns) => {
  const path = await write();
  const { schema, folder: at, skippedTotal } = await folder.import(path, { columns, split });
  expect(skippedTotal).toBe(0);
  const { reader } = await openRequest({ path }, folder.path);
  const rows: Record<string, unknown>[] = [];
  for await (const batch of reader.rows())
    for (const cells of listed(batch.rows))
      rows.push(Object.fromEntries(reader.columns.map(({ name }, place) => [name, cells[place]])));
  const snapshot = await openSnapshot(at);
  for (const { name, kind } of schema.columns) {
    const imported = await snapshot.read('train', name, 0, rows.length);
    const given = givenRows(schema, rows);
    expect(await given.read(GIVEN, name, 0, rows.length), name).toEqual(imported);
    const missing = await snapshot.readMissing('train', name, 0, rows.length);
    expect(await given.readMissing(GIVEN, name, 0, rows.length), name).toEqual(missing);
    checked.add(kind);
  }
  await snapshot.close();
});

it('no kind of column is left out', () => {
  expect([...checked].sort()).toEqual(kinds.map(({ id }) => id).sort());
});
