import { createWriteStream, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Locator, Page } from '@playwright/test';
import sharp from 'sharp';
import { CanvasPage } from '../harness/canvas-page.ts';
import { expect, test } from '../harness/studio.ts';

/** Boxes of the first image, as COCO has them: left, top, width and height of 80 × 60 pixels. */
const BOXES = [
  { image_id: 1, category_id: 1, bbox: [8, 6, 24, 30] },
  { image_id: 1, category_id: 2, bbox: [40, 15, 32, 40] },
];
/** Large enough for its reading to be seen, and to be cancelled. */
const LONG_BOXES = 4_000_000;

async function writeCoco(folder: string, boxes: number): Promise<string> {
  mkdirSync(folder);
  for (const name of ['1.jpg', '2.jpg', '3.jpg'])
    await sharp({ create: { width: 80, height: 60, channels: 3, background: '#4a6' } }).toFile(
      join(folder, name),
    );
  const list = (items: readonly object[]) => items.map((item) => JSON.stringify(item)).join();
  function* text() {
    yield `{"images":[${list([1, 2, 3].map((id) => ({ id, file_name: `${id}.jpg` })))}],`;
    yield `"categories":[${list(['cat', 'dog'].map((name, at) => ({ id: at + 1, name })))}],`;
    yield `"annotations":[${list(BOXES)}`;
    const more = `,${JSON.stringify({ image_id: 3, category_id: 2, bbox: [1, 2, 3, 4] })}`.repeat(1000);
    for (let written = 0; written < boxes; written += 1000) yield more;
    yield ']}';
  }
  await pipeline(Readable.from(text()), createWriteStream(join(folder, `${basename(folder)}.json`)));
  return folder;
}

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-images-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function openWizard(page: Page): Promise<Locator> {
  await new CanvasPage(page).open();
  await page.getByRole('tab', { name: 'Data', exact: true }).click();
  await page.getByRole('button', { name: 'Import data…' }).click();
  return page.getByRole('dialog', { name: 'Import data' });
}

/** Takes the folder, which holds a file of this name. */
async function take(dialog: Locator, path: string, file: string): Promise<void> {
  await dialog.getByLabel('Path').fill(path);
  await dialog.getByRole('button', { name: 'Go' }).click();
  await expect(dialog.getByRole('button', { name: file })).toBeVisible();
  await dialog.getByRole('button', { name: 'Use this folder' }).click();
}

test('boxes are drawn over the first images, and reading many of them is told and can be cancelled', async ({
  studio: page,
}) => {
  test.setTimeout(120_000);
  const [short, long] = [
    await writeCoco(join(folder, 'short'), 0),
    await writeCoco(join(folder, 'long'), LONG_BOXES),
  ];
  const dialog = await openWizard(page);

  await take(dialog, long, 'long.json');
  await expect(dialog.getByRole('progressbar', { name: 'Looking' })).toBeVisible();
  await expect(dialog.getByText(/Reading boxes · \d+ %/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect(dialog.getByText(/Looking at/)).toBeHidden({ timeout: 1000 });
  await expect(dialog.getByRole('alert')).toBeHidden();

  await take(dialog, short, 'short.json');
  const first = dialog.getByRole('row').nth(1);
  await expect(first.getByRole('img', { name: 'image, 80 × 60 pixels' })).toBeVisible();
  await expect(first.locator('rect')).toHaveCount(2);
  await expect(first).toContainText('1 cat');
  await expect(dialog.getByRole('row').nth(2)).toContainText('no boxes');
  // The second box lies where the image has it, as far as a line is thick.
  const image = (await first.getByRole('img').boundingBox())!;
  const box = (await first.locator('rect').nth(1).boundingBox())!;
  expect((box.x - image.x) / image.width).toBeCloseTo(40 / 80, 1);
  expect((box.y - image.y) / image.height).toBeCloseTo(15 / 60, 1);
  expect(box.width / image.width).toBeCloseTo(32 / 80, 1);
});

test('images with a table of labels become a data set, and those without a row are named', async ({
  studio: page,
}) => {
  for (const name of ['1', '2', '3', '4'])
    await sharp({ create: { width: 8, height: 8, channels: 3, background: `#${name}f0` } })
      .png()
      .toFile(join(folder, `${name}.png`));
  writeFileSync(join(folder, 'labels.csv'), 'file,label\n1.png,cat\n2.png,dog\n3.png,cat\n');
  const dialog = await openWizard(page);
  await take(dialog, folder, 'labels.csv');
  await expect(dialog.getByText('Images with a table', { exact: true })).toBeVisible();
  await expect(dialog.getByText('Column "file" of labels.csv names the images.')).toHaveCount(1);
  for (let step = 0; step < 3; step++) await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.getByText('1 item was left out').click();
  await expect(dialog.getByText('No row names the image 4.png. It was left out.')).toBeVisible();
});
