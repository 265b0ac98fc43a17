import { readdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from '../harness/studio.ts';

/** The data page, with the data set of a template. */

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });

async function openTemplate(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('button', { name }).first().click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /create|use/i })
    .click();
}

async function openIris(page: Page): Promise<void> {
  await openTemplate(page, /Iris/);
  await tab(page, 'Data').click();
  await expect(page.getByText('used by this project')).toBeVisible();
}

test('rows are browsed by part, filtered, put in order, and walked through with the keys', async ({
  studio: page,
}) => {
  await openIris(page);
  await tab(page, 'Rows').click();
  const grid = page.getByRole('grid', { name: 'Rows' });
  await expect(grid).toHaveAttribute('aria-rowcount', '103');
  await page.getByRole('tab', { name: 'test 24' }).click();
  await expect(grid).toHaveAttribute('aria-rowcount', '25');

  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('combobox', { name: 'Column of filter 1' }).selectOption('species');
  await page.getByRole('combobox', { name: 'Class of species' }).selectOption('virginica');
  await expect(page.getByText('8 of 24 rows')).toBeVisible();
  await page.getByRole('button', { name: 'petal length' }).click();
  await expect(grid.getByRole('columnheader', { name: 'petal length' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  const lengths = grid.locator('tbody tr[id] td:nth-child(4)');
  const inOrder = ['5.1', '5.1', '5.6', '5.7', '5.8', '6.1', '6.6', '6.9'];
  await expect(lengths).toHaveText(inOrder);
  await expect(grid.getByRole('gridcell', { name: 'setosa' })).toHaveCount(0);

  await grid.focus();
  await page.keyboard.press('End');
  await expect(grid.locator('tbody tr[aria-selected="true"]')).toContainText('6.9');
  await expect(page.getByRole('complementary', { name: /^Row \d+$/ })).toContainText('virginica');
  await tab(page, 'What the model sees').click();
  const input = page.getByRole('region', { name: 'measurements, input' });
  await expect(input).toContainText('f32[4]');
  await expect(input.getByRole('definition')).toHaveCount(4);
  await page.getByRole('button', { name: 'Close the row' }).click();
  await expect(grid).toBeFocused();
  await page.keyboard.press('Home');
  const details = page.getByRole('complementary', { name: /^Row \d+$/ });
  await expect(details).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await page.getByRole('button', { name: 'Remove filter 1' }).click();
  await expect(grid).toHaveAttribute('aria-rowcount', '25');
});

test('a row is seen as a draw of the augmentation leaves it, and drawn again', async ({ studio: page }) => {
  await openTemplate(page, /convolutional network/);
  await page.locator('[data-node-id="image"]').click();
  await page.getByRole('button', { name: 'RandomErasing', exact: true }).dblclick();
  await expect(page.locator('[data-node-id="random-erasing-1"]')).toBeVisible();

  await tab(page, 'Data').click();
  await tab(page, 'Rows').click();
  await page.getByRole('grid', { name: 'Rows' }).locator('tbody tr[id]').nth(1).click();
  await tab(page, 'What the model sees').click();
  const before = page.getByRole('region', { name: 'image as numbers', exact: true });
  const whole = await before.innerText();
  await tab(page, 'After augmentation').click();
  const after = page.getByRole('region', { name: 'image after random-erasing-1 as numbers' });
  await expect(after).toBeVisible();
  const first = await after.innerText();
  await page.getByRole('button', { name: 'Draw again' }).click();
  await expect.poll(() => after.innerText()).not.toBe(first);
  await tab(page, 'Before').click();
  await expect.poll(() => before.innerText()).toBe(whole);
});

test('statistics tell of every column and of what goes together', async ({ studio: page }) => {
  await openIris(page);
  await tab(page, 'Statistics').click();
  const length = page.getByRole('article', { name: 'petal length' });
  await expect(length.getByRole('img', { name: /^Histogram of petal length/ })).toBeVisible();
  await expect(page.getByRole('article', { name: 'species' }).getByRole('listitem')).toHaveCount(3);
  const together = page.getByRole('region', { name: 'What goes together' });
  await expect(together.getByTitle(/^petal length and petal width: 0\.9/)).toHaveText(/^0\.9/);
});

test('a data set is renamed, says who uses it, and is deleted after a warning', async ({ studio: page }) => {
  await openIris(page);
  await page.getByRole('button', { name: 'Rename…' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Petals');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('heading', { name: 'Petals' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Used by' })).toContainText('Iris MLP');

  await page.getByRole('button', { name: 'Rename…' }).click();
  const long = 'Petals of the northern garden, second version with corrected units, in centimetres';
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(long);
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  const entry = page.getByRole('button', { name: new RegExp(`^${long}`) });
  await expect(entry.getByText('150 rows')).toBeInViewport({ ratio: 1 });
  await page.getByRole('button', { name: 'Rename…' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Petals');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();

  await page.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete “Petals”?' });
  await expect(dialog).toContainText('It is used by Iris MLP.');
  await dialog.getByRole('button', { name: 'Delete data set' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Petals' })).toBeHidden();
});

test('columns get other names and roles in a new data set, and the old one stays', async ({
  studio: page,
}) => {
  await openIris(page);
  await page.getByRole('button', { name: 'Edit columns…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit columns' });
  const make = dialog.getByRole('button', { name: 'Make the new data set' });
  await expect(make).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Name of petal width' }).fill('petal length');
  await expect(dialog.getByText('Two columns are called "petal length".')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Name of petal width' }).fill('width');
  await dialog.getByRole('combobox', { name: 'Role of petal width' }).selectOption('target');
  await dialog.getByRole('combobox', { name: 'Role of species' }).selectOption('ignore');
  await dialog.getByRole('textbox', { name: 'Name of the new data set' }).fill('Iris widths');
  await make.click();
  await expect(page.getByRole('heading', { name: 'Iris widths' })).toBeVisible();
  await expect(page.getByRole('row', { name: /^width/ })).toContainText('target');
  await page.getByRole('button', { name: /^Iris flowers in use/ }).click();
  await expect(page.getByRole('row', { name: /^petal width/ })).toContainText('input');
});

test('files that are dropped or sent are brought to the host and imported', async ({
  studio: page,
  host,
}) => {
  await openIris(page);
  const text = ['size;class', ...Array.from({ length: 40 }, (_, at) => `${at};${at % 2}`)].join('\n');
  const drop = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], 'my table.csv', { type: 'text/csv' }));
    return transfer;
  }, text);
  await page.dispatchEvent('section[aria-label="Data set"]', 'drop', { dataTransfer: drop });
  const dialog = page.getByRole('dialog', { name: 'Import data' });
  await expect(dialog.getByText('CSV table')).toBeVisible();
  await expect(dialog.getByRole('columnheader', { name: 'size' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Back' }).click();

  const chooser = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Send a file…' }).click();
  await (await chooser).setFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  for (let step = 0; step < 3; step++) await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByText('other is imported')).toBeVisible();
  await dialog.getByRole('button', { name: 'Use this data set' }).click();
  await expect(page.getByRole('heading', { name: 'other' })).toBeVisible();
  const left = () =>
    readdirSync(host.home, { recursive: true }).filter((name) => String(name).endsWith('.csv'));
  await expect.poll(left).toEqual([]);
});

test('values that were missing stay known: shown as filled in, filtered and counted', async ({
  studio: page,
}) => {
  await openIris(page);
  const cells = Array.from({ length: 40 }, (_, at) => `${at % 4 === 0 ? '' : at},${'xyz'[at % 3]},${at}`);
  const text = ['size,class,weight', ...cells].join('\n');
  const drop = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], 'gaps.csv', { type: 'text/csv' }));
    return transfer;
  }, text);
  await page.dispatchEvent('section[aria-label="Data set"]', 'drop', { dataTransfer: drop });
  const dialog = page.getByRole('dialog', { name: 'Import data' });
  await expect(dialog.getByRole('columnheader', { name: 'size' })).toBeVisible();
  for (let step = 0; step < 3; step++) await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog.getByText('gaps is imported')).toBeVisible();
  await dialog.getByRole('button', { name: 'Use this data set' }).click();

  await tab(page, 'Rows').click();
  const grid = page.getByRole('grid', { name: 'Rows' });
  const all = Number(await grid.getAttribute('aria-rowcount')) - 1;
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const condition = page.getByRole('combobox', { name: 'Condition of filter 1' });
  await condition.selectOption('is missing');
  const filled = grid.getByTitle(/^missing, filled with /);
  await expect(grid).not.toHaveAttribute('aria-rowcount', String(all + 1));
  await expect(filled.first()).toBeVisible();
  const missing = await filled.count();
  await expect(page.getByText(`${missing} of ${all} rows`)).toBeVisible();
  await condition.selectOption('is not missing');
  await expect(page.getByText(`${all - missing} of ${all} rows`)).toBeVisible();
  await expect(filled).toHaveCount(0);
  await tab(page, 'Statistics').click();
  await expect(page.getByRole('article', { name: 'size' })).toContainText(
    `10 missing (25.0 %), filled in: train ${missing}`,
  );
});

test('rows of another file become a new data set with those that were there', async ({ studio: page }) => {
  await openIris(page);
  const added = ['petal width,species,note,sepal length,sepal width,petal length'];
  for (let row = 0; row < 5; row++) added.push(`0.${row + 1},setosa,seen,5.${row},3.1,1.4`);
  added.push('2.1,a rose,seen,6.1,2.9,5.1');
  const dialog = page.getByRole('dialog', { name: /^Add rows to/ });
  const send = async (name: string, text: string): Promise<void> => {
    const chooser = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: 'Send a file…' }).click();
    await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  };

  await page.getByRole('button', { name: 'Add rows…' }).click();
  await send('lacking.csv', 'sepal length,species\n5.1,setosa\n4.9,setosa');
  await expect(dialog.getByRole('alert')).toContainText('every column of the data set');
  await expect(dialog.getByRole('listitem').filter({ hasText: 'petal width' })).toContainText(
    'is not in the file',
  );
  await expect(dialog.getByRole('button', { name: 'Add rows', exact: true })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Back' }).click();

  await send('more.csv', added.join('\n'));
  await expect(dialog.getByText('Not used: note.')).toBeVisible();
  const part = dialog.getByRole('combobox', { name: 'The new rows are for' });
  await expect(part.getByRole('option', { selected: true })).toHaveText(
    'Divided as the first ones were: at random',
  );
  await part.selectOption('test');
  const name = dialog.getByRole('textbox', { name: 'Name of the new data set' });
  await expect(name).toHaveValue('Iris flowers 2');
  await name.fill('Iris and more');
  await dialog.getByRole('button', { name: 'Add rows', exact: true }).click();
  await expect(dialog.getByText('5 rows were added for test')).toBeVisible();
  await expect(dialog.getByRole('group', { name: 'Rows to add' })).toBeFocused();
  await dialog.getByText('1 item was left out').click();
  await expect(dialog.getByText(/a rose/).first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Show the new data set' }).click();

  await expect(page.getByRole('heading', { name: 'Iris and more' })).toBeVisible();
  await tab(page, 'Rows').click();
  await page.getByRole('tab', { name: 'test 29' }).click();
  await expect(page.getByRole('grid', { name: 'Rows' })).toHaveAttribute('aria-rowcount', '30');
  await expect(page.getByRole('button', { name: /^Iris/ }).first()).toBeVisible();
});
