// `npm run screenshots -- [folder]`: every screen of the studio in both sizes and both themes, for people to look at, with a
// real run of a template behind them. Writes docs/images/studio.png for the README, too.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { buildRenderer } from '../../build/renderer.ts';
import { launchChromium } from './chromium.ts';
import { takeScreenshots } from './screenshots.ts';
import { StudioHost } from './studio.ts';

const README_IMAGE = fileURLToPath(new URL('../../docs/images/studio.png', import.meta.url));
const folder = process.argv[2] ?? join('test-results', 'screenshots');

/** Every step of the wizard, with a table that has what tables have: gaps, a bad row and several types. */
async function shootWizard(page: Page): Promise<void> {
  const file = join(mkdtempSync(join(tmpdir(), 'strata-table-')), 'measurements.csv');
  const rows = Array.from(
    { length: 120 },
    (_, at) => `${at % 9 ? at / 4 : ''},${['red', 'green'][at % 2]},${at * 3},${['a', 'b', 'c'][at % 3]}`,
  );
  writeFileSync(
    file,
    ['length,colour,weight,species', ...rows, 'a row, that is, too, long, by one'].join('\n'),
  );
  const dialog = page.getByRole('dialog', { name: 'Import data' });
  await dialog.getByLabel('Path').fill(file);
  await dialog.getByRole('button', { name: 'Go' }).click();
  for (const step of ['preview', 'columns', 'split']) {
    const next = dialog.getByRole('button', { name: 'Next' });
    await next.waitFor();
    await takeScreenshots(page, folder, `import-${step}`);
    await next.click();
  }
  await takeScreenshots(page, folder, 'import-ready');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.getByText('train ·').waitFor();
  await takeScreenshots(page, folder, 'import-done');
  await page.keyboard.press('Escape');
}

/** A group made of layers, repeated and with shared weights: from outside, inside, and with an error in it. */
async function shootGroups(page: Page): Promise<void> {
  const node = (id: string) => page.locator(`[data-node-id="${id}"]`);
  const shoot = async (name: string) => {
    await page.waitForTimeout(400);
    await takeScreenshots(page, folder, name);
  };
  await page.setViewportSize({ width: 1440, height: 900 });
  await node('hidden-1').click();
  await node('relu-1').click({ modifiers: ['Control'] });
  await page.keyboard.press('Control+g');
  await page.getByRole('textbox', { name: 'Group name' }).fill('Hidden layer');
  await page.getByRole('spinbutton', { name: 'Repeat' }).fill('3');
  await shoot('group');
  await node('group-1').click();
  await page.keyboard.press('Control+d');
  await page.getByRole('combobox', { name: 'Share weights with' }).selectOption('group-1');
  await node('group-1').hover();
  await shoot('group-shared');
  await node('group-1').dblclick();
  await node('hidden-1').click();
  await shoot('group-inside');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add an input' }).click();
  await shoot('group-ports');
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByRole('searchbox', { name: 'Search layers' }).fill('transformer');
  await shoot('palette-blocks');
  await page.getByRole('searchbox', { name: 'Search layers' }).press('Enter');
  await page.getByRole('searchbox', { name: 'Search layers' }).fill('');
  await shoot('group-block');
  const undo = page.getByRole('button', { name: /^Undo/ });
  while (await undo.isEnabled()) await undo.click();
}

await buildRenderer();
const host = new StudioHost();
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const tab = (name: string) => page.getByRole('tab', { name, exact: true });
  const shoot = (name: string) => takeScreenshots(page, folder, name);
  await page.goto(await host.start());
  await page.getByText('Iris').first().waitFor();
  await shoot('home-empty');

  await page.getByRole('button', { name: /Iris/ }).first().click();
  const create = page.getByRole('dialog').getByRole('button', { name: /create|use/i });
  if (await create.count()) await create.first().click();
  await page.locator('[data-node-type="input"]').waitFor();
  await page.waitForTimeout(1500);
  await shoot('build');
  await page.locator('[data-node-type="dense"]').first().click();
  await shoot('build-inspector');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForTimeout(300);
  await page.screenshot({ path: README_IMAGE });

  await shootGroups(page);

  await tab('Data').click();
  await page.getByRole('heading', { name: 'Columns' }).waitFor();
  await shoot('data');
  await tab('Rows').click();
  await page.getByRole('grid', { name: 'Rows' }).locator('tbody tr[id]').nth(2).click();
  await tab('What the model sees').click();
  await shoot('data-rows');
  await tab('Statistics').click();
  await page.getByRole('article').first().waitFor();
  await shoot('data-statistics');
  await page.getByRole('button', { name: 'Import data…' }).click();
  await page.waitForTimeout(500);
  await shoot('import-pick');
  await shootWizard(page);

  await tab('Train').click();
  await shoot('train-before');
  for (let run = 0; run < 2; run++) {
    await page.getByRole('spinbutton', { name: 'Batch size' }).fill(String(16 << run));
    await page.getByRole('button', { name: 'Start training' }).click();
    await page
      .getByText(`Run ${run + 1}`)
      .first()
      .waitFor();
    await page.getByText('Finished', { exact: true }).waitFor({ timeout: 120_000 });
  }
  await shoot('train');
  await tab('Runs').click();
  await page.waitForTimeout(800);
  await shoot('runs');
  await page.goto('about:blank');
} finally {
  await browser.close();
  await host.stop();
  host.remove();
}
console.log(`Screenshots are in ${folder}.`);
