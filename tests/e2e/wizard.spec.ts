import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CanvasPage } from '../harness/canvas-page.ts';
import { SHARED_DATA } from '../harness/shared-data.ts';
import { expect, test } from '../harness/studio.ts';

/** One real data set of each kind: its format as the wizard names it, and its rows. */
const SETS = [
  ['penguins/penguins.csv', 'CSV table', 344],
  ['sms-spam/SMSSpamCollection', 'CSV table', 5574],
  ['wnut17/emerging.dev.conll', 'Tagged tokens (CoNLL)', 1009],
  ['kg-nations/nations.tar.gz', 'Triples of a knowledge graph', 1992],
  ['pneumoniamnist/pneumoniamnist.npz', 'NumPy arrays', 3166],
  ['bccd-detection/BCCD.zip', 'Images with boxes (Pascal VOC)', 364],
  ['fsdd/recordings_idx00-19.zip', 'Folder of sounds', 1200],
  ['timeseries/airline-passengers.csv', 'CSV table', 108],
] as const;

const there = existsSync(SHARED_DATA);
const suffix = there ? '' : ' (DID NOT RUN: the shared data sets are not on this machine)';

test(`the wizard imports one data set of each kind as it proposes${suffix}`, async ({ studio: page }) => {
  test.skip(!there, `There is no folder ${SHARED_DATA}.`);
  test.setTimeout(240_000);
  await new CanvasPage(page).open();
  await page.getByRole('tab', { name: 'Data', exact: true }).click();
  for (const [path, format, rows] of SETS) {
    await page.getByRole('button', { name: 'Import data…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import data' });
    await dialog.getByLabel('Path').fill(join(SHARED_DATA, path));
    await dialog.getByRole('button', { name: 'Go' }).click();
    await expect(dialog.getByText(format, { exact: true })).toBeVisible({ timeout: 20_000 });
    for (let step = 0; step < 3; step++) await dialog.getByRole('button', { name: 'Next' }).click();
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    const parts = dialog.getByText(/train\s.*\stest\s+(rows|windows)/s);
    await expect(parts).toBeVisible({ timeout: 60_000 });
    const counts = (await parts.innerText()).replaceAll(',', '').match(/\d+(?= (train|validation|test))/g)!;
    expect(
      counts.reduce((sum, count) => sum + Number(count), 0),
      path,
    ).toBe(rows);
    await dialog.getByRole('button', { name: 'Use this data set' }).click();
    await expect(page.getByText('used by this project')).toBeVisible();
  }
});
