// `npm run screenshots -- [folder]`: every screen of the studio in both sizes and both themes, for people to look at, with a
// real run of a template behind them. Writes docs/images/studio.png for the README, too.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildRenderer } from '../../build/renderer.ts';
import { launchChromium } from './chromium.ts';
import { takeScreenshots } from './screenshots.ts';
import { StudioHost } from './studio.ts';

const README_IMAGE = fileURLToPath(new URL('../../docs/images/studio.png', import.meta.url));
const folder = process.argv[2] ?? join('test-results', 'screenshots');

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

  await tab('Data').click();
  await page.getByRole('heading', { name: 'Columns' }).waitFor();
  await shoot('data');
  await page.getByRole('button', { name: 'Import data…' }).click();
  await page.waitForTimeout(500);
  await shoot('import-pick');
  await page.keyboard.press('Escape');

  await tab('Train').click();
  await shoot('train-before');
  for (let run = 0; run < 2; run++) {
    await page.getByRole('spinbutton', { name: 'Seed' }).fill(String(42 + run));
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
