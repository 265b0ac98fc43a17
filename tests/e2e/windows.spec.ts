import { writeFileSync } from 'node:fs';
import { CanvasPage } from '../harness/canvas-page.ts';
import { expect, test } from '../harness/studio.ts';

test('the wizard cuts a series into windows that are told what is known ahead', async ({
  studio: page,
}, info) => {
  const rows = Array.from({ length: 60 }, (_, at) => {
    const day = new Date(Date.UTC(2024, 0, at + 1)).toISOString().slice(0, 10);
    // A day is missing behind the fortieth.
    return at === 40 ? [] : `${day},${at === 7 ? '' : at + 0.5},${2 * at + 0.25}`;
  });
  const file = info.outputPath('sales.csv');
  writeFileSync(file, ['day,price,sold', ...rows.flat()].join('\n'));
  await new CanvasPage(page).open();
  await page.getByRole('tab', { name: 'Data', exact: true }).click();
  await page.getByRole('button', { name: 'Import data…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import data' });
  await dialog.getByLabel('Path').fill(file);
  await dialog.getByRole('button', { name: 'Go' }).click();
  await expect(dialog.getByText('CSV table', { exact: true })).toBeVisible();
  await dialog.getByRole('button', { name: 'Next' }).click();

  await dialog.getByRole('spinbutton', { name: 'Horizon' }).fill('2');
  const known = dialog.getByRole('group', { name: 'Known ahead' });
  await expect(known.getByRole('checkbox')).toHaveCount(2);
  for (const name of ['day', 'price']) await known.getByRole('checkbox', { name }).check();
  await expect(dialog.getByText(/the next 2 steps of day, price, which are known/)).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Missing values' }).selectOption('linear');
  await dialog.getByRole('checkbox', { name: 'Leave out windows across gaps' }).check();
  await expect(dialog.getByRole('spinbutton', { name: 'Missing steps that a window may cross' })).toHaveValue(
    '0',
  );
  // A target is to be predicted, so it is not offered.
  await expect(known.getByRole('checkbox', { name: 'sold' })).toHaveCount(0);
  for (let step = 0; step < 2; step++) await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByText(/"price" 1 have no value.*a line between their neighbours/)).toBeVisible();
  await expect(
    dialog.getByText(/Windows across gaps of more than 0 missing steps were left out/),
  ).toBeVisible();
  await dialog.getByRole('button', { name: 'Use this data set' }).click();
  await expect(page.getByText('used by this project')).toBeVisible();
  for (const name of ['day ahead', 'price ahead', 'next sold'])
    await expect(page.getByRole('rowheader', { name, exact: true })).toBeVisible();
});
