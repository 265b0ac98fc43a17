import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { CanvasPage } from '../harness/canvas-page.ts';
import { expect, test } from '../harness/studio.ts';

/** The window of the import: with the keys, closed while it goes on, and what it says of what went wrong. */

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Import data' });
const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => `${at % 97},${at % 89},${'ab'[at % 2]}`);

async function openData(page: Page): Promise<void> {
  await new CanvasPage(page).open();
  await page.getByRole('tab', { name: 'Data', exact: true }).click();
}

async function pick(page: Page, file: string): Promise<void> {
  await page.getByRole('button', { name: 'Import data…' }).click();
  await dialog(page).getByLabel('Path').fill(file);
  await dialog(page).getByRole('button', { name: 'Go' }).click();
}

async function begin(page: Page, file: string): Promise<void> {
  await pick(page, file);
  for (let step = 0; step < 3; step++) await dialog(page).getByRole('button', { name: 'Next' }).click();
  await dialog(page).getByRole('button', { name: 'Import', exact: true }).click();
}

test('the keys alone go through the wizard: Enter never falls on the button that closes it', async ({
  studio: page,
}, info) => {
  const file = info.outputPath('table.csv');
  writeFileSync(file, ['x,y,label', ...rows(40)].join('\n'));
  await openData(page);
  await page.getByRole('button', { name: 'Import data…' }).focus();
  await page.keyboard.press('Enter');
  const step = (number: number) =>
    dialog(page).getByRole('group', { name: new RegExp(`^Step ${number} of 5`) });
  await expect(step(1)).toBeFocused();
  await dialog(page).getByLabel('Path').fill(file);
  await page.keyboard.press('Enter');
  await expect(step(2)).toBeFocused();
  const next = dialog(page).getByRole('button', { name: 'Next' });
  await next.focus();
  for (const number of [3, 4]) {
    await page.keyboard.press('Enter');
    await expect(step(number)).toBeVisible();
    await expect(next).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('button', { name: 'Import', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByText('table is imported')).toBeVisible();
  await expect(step(5)).toBeFocused();
});

test('an import goes on when its window is closed or the page loaded anew, and is cancelled from the list', async ({
  studio: page,
  host,
}, info) => {
  const file = info.outputPath('big.csv');
  writeFileSync(file, ['x,y,label', ...rows(3_000_000)].join('\n'));
  const small = info.outputPath('small.csv');
  writeFileSync(small, ['x,y,label', ...rows(40)].join('\n'));
  await openData(page);
  await begin(page, small);
  await expect(dialog(page).getByText('small is imported')).toBeVisible();
  await page.keyboard.press('Escape');

  await begin(page, file);
  await expect(dialog(page).getByRole('button', { name: 'Cancel import' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  const running = page.getByRole('list', { name: 'Importing' });
  await expect(running).toContainText('big');
  await page.reload();
  await running.getByRole('button', { name: 'Cancel the import of big' }).click();
  await expect(running).toBeHidden();
  await expect(page.getByRole('button', { name: /^small 40 rows/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /^big/ })).toBeHidden();
  const left = () => readdirSync(join(host.home, 'datasets')).filter((name) => name.startsWith('.'));
  await expect.poll(left).toEqual([]);
});

test('a data set that is taken for a project says at once that it is used, also in the warning', async ({
  studio: page,
}, info) => {
  const file = info.outputPath('table.csv');
  writeFileSync(file, ['x,y,label', ...rows(40)].join('\n'));
  await openData(page);
  await begin(page, file);
  await dialog(page).getByRole('button', { name: 'Use this data set' }).click();
  await expect(page.getByRole('list', { name: 'Used by' })).toContainText('attached');
  await page.getByRole('button', { name: 'Delete…' }).click();
  const warning = page.getByRole('dialog', { name: 'Delete “table”?' });
  await expect(warning).toContainText('It is used by');
  await warning.getByRole('button', { name: 'Delete data set' }).click();
  await expect(page.getByText('The data set of this project is not on this machine.')).toBeVisible();
});

test('columns of a wide table are found by name and given a role at once', async ({ studio: page }, info) => {
  const file = info.outputPath('wide.csv');
  const names = Array.from({ length: 60 }, (_, at) => `sensor ${at}`);
  const table = Array.from({ length: 40 }, (_, row) => [
    ...names.map((_, at) => (row * at) % 7),
    'ab'[row % 2],
  ]);
  const long = 'how often, from never to always, did you have to wait for more than an hour last year';
  writeFileSync(
    file,
    [[...names.slice(1), long, 'label'].join(';'), ...table.map((row) => row.join(';'))].join('\n'),
  );
  await openData(page);
  await pick(page, file);
  await dialog(page).getByRole('button', { name: 'Next' }).click();
  const role = dialog(page).getByRole('combobox', { name: `Role of ${long}` });
  expect((await role.boundingBox())!.width).toBeGreaterThan(100);
  await dialog(page).getByRole('textbox', { name: 'Find columns' }).fill('sensor 1');
  await expect(dialog(page).getByRole('combobox', { name: /^Role of sensor/ })).toHaveCount(11);
  const all = dialog(page).getByRole('combobox', { name: 'Role of all that are found' });
  await all.selectOption('ignore');
  await expect(dialog(page).getByRole('combobox', { name: 'Role of sensor 12' })).toHaveValue('ignore');
  await expect(all).toHaveValue('');
  for (let step = 0; step < 2; step++) await dialog(page).getByRole('button', { name: 'Next' }).click();
  await expect(dialog(page)).toContainText('sensor 1, sensor 10, sensor 11');
  await expect(dialog(page)).toContainText(/and \d+ more/);
  await expect(dialog(page)).toContainText('at random, 15 % for validation, 15 % for test');
});

test('a column of texts asks for what its tokens need, and takes those of a tokenizer.json', async ({
  studio: page,
}, info) => {
  const file = info.outputPath('reviews.csv');
  const words = ['very good', 'very bad', 'not good', 'not bad at all'];
  writeFileSync(
    file,
    ['review;label', ...Array.from({ length: 40 }, (_, at) => `${words[at % 4]};${at % 2}`)].join('\n'),
  );
  const tokenizer = info.outputPath('tokenizer.json');
  const vocab = { '[UNK]': 0, very: 1, good: 2, bad: 3, not: 4 };
  const model = { type: 'WordLevel', vocab, unk_token: '[UNK]' };
  const rest = { normalizer: null, post_processor: null, decoder: null, added_tokens: [] };
  writeFileSync(tokenizer, JSON.stringify({ ...rest, pre_tokenizer: { type: 'Whitespace' }, model }));
  await openData(page);
  await pick(page, file);
  await dialog(page).getByRole('button', { name: 'Next' }).click();
  await dialog(page).getByRole('combobox', { name: 'Type of review' }).selectOption('text');
  await dialog(page).getByRole('button', { name: 'How review is read' }).click();
  const path = dialog(page).getByRole('textbox', { name: 'Tokenizer file' });
  const vocabulary = dialog(page).getByRole('spinbutton', { name: 'Vocabulary' });
  await expect(path).toBeHidden();
  await expect(vocabulary).toBeVisible();
  await dialog(page).getByRole('combobox', { name: 'Tokens' }).selectOption('file');
  await expect(vocabulary).toBeHidden();
  await path.fill(tokenizer);
  for (let step = 0; step < 2; step++) await dialog(page).getByRole('button', { name: 'Next' }).click();
  await dialog(page).getByRole('button', { name: 'Import', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Use this data set' }).click();
  await expect(page.getByRole('row', { name: /^review/ })).toContainText('of 6 tokens');
});

test('what cannot be read, and what was cancelled, is told where one looks', async ({
  studio: page,
}, info) => {
  const file = info.outputPath('noise.bin');
  writeFileSync(file, Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 251)));
  await openData(page);
  await page.setViewportSize({ width: 1024, height: 700 });
  await pick(page, file);
  await expect(dialog(page).getByText('Strata does not know what kind of data this is.')).toBeInViewport();
});
