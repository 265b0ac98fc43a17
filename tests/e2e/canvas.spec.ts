import type { WebSocketRoute } from '@playwright/test';
import { CanvasPage, CHAIN, centreOf } from '../harness/canvas-page.ts';
import { expect, test } from '../harness/studio.ts';

test('layers are dragged in and connected by hand, and stay where they were put', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await canvas.dragIn('Input', 400, 100);
  await canvas.dragIn('Dense', 400, 260);
  await canvas.connect(['input-1', 'output'], ['dense-1', 'input']);
  await expect.poll(() => canvas.edges).toEqual(['input-1.output>dense-1.input']);
  await expect(canvas.node('dense-1')).toContainText('64 units');
  await expect(canvas.node('dense-1')).toContainText('320 params');

  const [input, dense] = [await centreOf(canvas.node('input-1')), await centreOf(canvas.node('dense-1'))];
  expect(dense.y - input.y).toBeGreaterThan(120);
  await canvas.saved();
  await studio.reload();
  await expect.poll(() => canvas.edges).toEqual(['input-1.output>dense-1.input']);
  const [above, below] = [await centreOf(canvas.node('input-1')), await centreOf(canvas.node('dense-1'))];
  expect(below.x - above.x).toBeCloseTo((dense.x - input.x) * 1.1, -1);
});

test('an edit of a parameter shows at once, is one undo, and outlives a reload', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await canvas.buildChain();
  await canvas.node('dense-1').click();
  const units = studio.getByRole('spinbutton', { name: 'Units' });
  await units.fill('');
  await units.pressSequentially('128');
  await expect(canvas.node('dense-1')).toContainText('128 units');
  await expect(canvas.node('dense-1')).toContainText('640 params');
  await units.fill('0');
  await expect(studio.getByText('A whole number of at least 1')).toBeVisible();
  await expect(canvas.node('dense-1')).toContainText('128 units');

  await canvas.saved();
  await studio.reload();
  await expect(canvas.node('dense-1')).toContainText('128 units');
  await canvas.node('dense-1').click();
  await units.fill('7');
  await canvas.node('relu-1').click();
  await studio.keyboard.press('Control+z');
  await expect(canvas.node('dense-1')).toContainText('128 units');
  await studio.keyboard.press('Control+Shift+z');
  await expect(canvas.node('dense-1')).toContainText('7 units');
});

test('deleting a layer joins its neighbours, and undo brings everything back', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await canvas.buildChain();
  await canvas.node('relu-1').click();
  await studio.keyboard.press('Delete');
  await expect
    .poll(() => canvas.edges)
    .toEqual(['dense-1.output>cross-entropy-1.prediction', 'input-1.output>dense-1.input']);
  await studio.keyboard.press('Control+z');
  await expect.poll(() => canvas.edges).toEqual(CHAIN);
  // Undone all the way, then done again: the canvas is empty in between.
  const undo = studio.getByRole('button', { name: /^Undo/ });
  while (await undo.isEnabled()) await undo.click();
  expect(await canvas.nodes).toEqual([]);
  const redo = studio.getByRole('button', { name: /^Redo/ });
  while (await redo.isEnabled()) await redo.click();
  expect(await canvas.nodes).toEqual(['cross-entropy-1', 'dense-1', 'input-1']);
});

test('copies keep the connections among them and get ids of their own', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await canvas.buildChain();
  await canvas.node('dense-1').click();
  await canvas.node('relu-1').click({ modifiers: ['Control'] });
  await studio.keyboard.press('Control+c');
  await studio.mouse.move(1000, 300);
  await studio.keyboard.press('Control+v');
  await expect.poll(() => canvas.edges).toEqual([...CHAIN, 'dense-2.output>relu-2.input'].sort());
  await studio.keyboard.press('Control+d');
  await expect.poll(() => canvas.nodes).toContain('relu-3');
  await expect.poll(() => canvas.edges).toContain('dense-3.output>relu-3.input');
});

test('a connection dropped on the empty canvas offers only layers that fit', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await canvas.dragIn('Input', 300, 100);
  await canvas.pull(['input-1', 'output'], { x: 600, y: 400 });
  const offered = studio.getByRole('listbox', { name: 'Layers to add' });
  await expect(offered.getByRole('option', { name: /^Dense/ })).toBeVisible();
  await expect(offered.getByRole('option', { name: /^Conv2D/ })).toHaveCount(0);
  await studio.keyboard.type('dense');
  await studio.keyboard.press('Enter');
  await expect.poll(() => canvas.edges).toEqual(['input-1.output>dense-1.input']);
});

test('layers are found and added with the keyboard alone', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  const search = studio.getByRole('searchbox', { name: 'Search layers' });
  await search.fill('inp');
  await search.press('Enter');
  await search.fill('fully connected');
  await search.press('Enter');
  await expect.poll(() => canvas.edges).toEqual(['input-1.output>dense-1.input']);

  await studio.mouse.click(1000, 500);
  await studio.mouse.move(1000, 520);
  await studio.keyboard.press('Tab');
  await studio.keyboard.type('dropout');
  await studio.keyboard.press('Enter');
  await expect.poll(() => canvas.nodes).toContain('dropout-1');
});

test('a circle is refused, and a port that takes one connection changes it', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await canvas.buildChain();
  await canvas.connect(['relu-1', 'output'], ['dense-1', 'input']);
  await expect.poll(() => canvas.edges).toEqual(CHAIN);
  await canvas.connect(['input-1', 'output'], ['relu-1', 'input']);
  await expect.poll(() => canvas.edges).toContain('input-1.output>relu-1.input');
  expect(await canvas.edges).not.toContain('dense-1.output>relu-1.input');
});

test('an error stands at its node, its port and in the list, and one click repairs it', async ({
  studio,
}) => {
  const canvas = await new CanvasPage(studio).open();
  await canvas.dragIn('Input', 400, 60);
  await canvas.node('input-1').click();
  await studio.getByText('Advanced').click();
  await studio.getByRole('textbox', { name: 'Shape without data' }).fill('8 × 8 × 3');
  await canvas.node('input-1').click();
  await studio.getByRole('button', { name: 'Dense', exact: true }).dblclick();
  const node = canvas.node('dense-1');
  await expect(node.getByRole('img', { name: /^Error/ })).toBeVisible();
  await expect(canvas.port('dense-1', 'input')).toHaveClass(/broken/);
  const problems = studio.getByRole('region', { name: 'Problems' });
  await expect(problems.getByRole('status')).toContainText('1 error');
  await problems.getByRole('button', { name: 'Insert Flatten' }).click();
  await expect(problems.getByRole('status')).not.toContainText('error');
  expect(await canvas.edges).toEqual(['flatten-1.output>dense-1.input', 'input-1.output>flatten-1.input']);
});

test('edits made while the connection is lost are stored once it is back', async ({ studio }) => {
  let route: WebSocketRoute | null = null;
  let refused = false;
  await studio.routeWebSocket('**/rpc', (socket) => {
    if (refused) return void socket.close();
    route = socket;
    socket.connectToServer();
  });
  await studio.reload();
  const canvas = await new CanvasPage(studio).open();
  await canvas.dragIn('Input', 400, 60);
  await canvas.saved();

  refused = true;
  await route!.close();
  await expect(studio.getByText('The connection to Strata is lost.')).toBeVisible();
  await canvas.dragIn('Dense', 400, 200);
  await expect(studio.getByRole('status', { name: 'Save state' })).toHaveText('Kept in this window');
  refused = false;
  await canvas.saved();
  await studio.reload();
  await expect.poll(() => canvas.nodes).toEqual(['dense-1', 'input-1']);
});

test('two windows on one project: the later one is told and loses nothing', async ({ studio }) => {
  const mine = await new CanvasPage(studio).open();
  await mine.dragIn('Input', 400, 60);
  await mine.saved();
  const theirs = new CanvasPage(await studio.context().newPage());
  await theirs.page.goto(studio.url());
  await theirs.dragIn('ReLU', 400, 300);
  await theirs.saved();

  await mine.dragIn('Dense', 400, 200);
  await studio.getByRole('button', { name: 'Load the other version' }).click();
  await expect.poll(() => mine.nodes).toEqual(['input-1', 'relu-1']);
  await mine.dragIn('Tanh', 600, 400);
  await mine.saved();

  await theirs.dragIn('GELU', 600, 100);
  await theirs.page.getByRole('button', { name: 'Keep this version' }).click();
  await theirs.saved();
  await studio.reload();
  await expect.poll(() => mine.nodes).toEqual(['gelu-1', 'input-1', 'relu-1']);
});

test('an empty model begins with a small one that fits its data, in one undo', async ({ studio: page }) => {
  const canvas = await new CanvasPage(page).open();
  await page.getByRole('tab', { name: 'Data', exact: true }).click();
  await page.getByRole('button', { name: /Iris flowers/ }).click();
  await expect(page.getByText('used by this project')).toBeVisible();
  await page.getByRole('tab', { name: 'Build', exact: true }).click();
  await page.getByRole('button', { name: 'Start with a small model for “Iris flowers”' }).click();
  await expect(canvas.node('scores')).toContainText('3');
  await expect(page.getByText('No problems')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Build a model')).toBeVisible();
});
