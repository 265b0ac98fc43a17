import { CanvasPage, CHAIN } from '../harness/canvas-page.ts';
import { expect, test } from '../harness/studio.ts';

/** The group of dense-1 and relu-1 in the chain, as `group-1`. */
async function grouped(canvas: CanvasPage): Promise<void> {
  await canvas.buildChain();
  await canvas.node('dense-1').click();
  await canvas.node('relu-1').click({ modifiers: ['Control'] });
  await canvas.page.keyboard.press('Control+g');
  await expect.poll(() => canvas.edges).toEqual(GROUPED);
}

const GROUPED = ['group-1.output>cross-entropy-1.prediction', 'input-1.output>group-1.input'];
const INSIDE = [
  'dense-1.output>relu-1.input',
  'group-input-1.output>dense-1.input',
  'relu-1.output>group-output-1.input',
];

test('layers become a group, are edited inside of it, and come out again', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await grouped(canvas);
  await expect(canvas.node('group-1')).toContainText('2 layers');
  await expect(canvas.node('group-1')).toContainText('320 params');

  await canvas.node('group-1').dblclick();
  await expect.poll(() => canvas.edges).toEqual(INSIDE);
  const trail = studio.getByRole('navigation', { name: 'Open groups' });
  await expect(trail).toContainText('Model');
  await canvas.node('dense-1').click();
  await studio.getByRole('spinbutton', { name: 'Units' }).fill('16');
  await expect(canvas.node('dense-1')).toContainText('80 params');
  await trail.getByRole('button', { name: 'Model' }).click();
  await expect(canvas.node('group-1')).toContainText('80 params');

  await studio.keyboard.press('Control+z');
  await expect(canvas.node('dense-1')).toContainText('64 units');
  await studio.keyboard.press('Escape');
  await expect(canvas.node('group-1')).toBeVisible();
  await studio.keyboard.press('Control+Shift+G');
  await expect.poll(() => canvas.edges).toEqual(CHAIN);
  await studio.keyboard.press('Control+z');
  await expect.poll(() => canvas.edges).toEqual(GROUPED);
  await studio.keyboard.press('Control+z');
  await expect.poll(() => canvas.edges).toEqual(CHAIN);
});

test('groups stand inside groups, each level keeps its place, and all is there after a reload', async ({
  studio,
}) => {
  const canvas = await new CanvasPage(studio).open();
  await grouped(canvas);
  await studio.getByRole('textbox', { name: 'Group name' }).fill('Hidden');
  await canvas.node('group-1').click();
  await studio.keyboard.press('Enter');
  await canvas.node('relu-1').click();
  await studio.keyboard.press('Control+g');
  await studio.getByRole('textbox', { name: 'Group name' }).fill('Bend');
  await canvas.node('group-1').click();
  await studio.keyboard.press('Enter');
  const trail = studio.getByRole('navigation', { name: 'Open groups' });
  await expect(trail.getByRole('listitem')).toHaveText(['Model', 'Hidden', 'Bend']);
  await expect.poll(() => canvas.nodes).toEqual(['group-input-1', 'group-output-1', 'relu-1']);

  // Away from the middle, out, and in again: the view is as it was left.
  await studio.getByRole('button', { name: 'Zoom out' }).click();
  await expect(studio.getByLabel('Zoom', { exact: true })).not.toHaveText('110%');
  await studio.waitForTimeout(200);
  const zoom = await studio.getByLabel('Zoom', { exact: true }).innerText();
  await studio.keyboard.press('Alt+ArrowUp');
  await expect(trail.getByRole('listitem')).toHaveText(['Model', 'Hidden']);
  await studio.keyboard.press('Enter');
  await expect(studio.getByLabel('Zoom', { exact: true })).toHaveText(zoom);

  await canvas.saved();
  await studio.reload();
  await expect.poll(() => canvas.edges).toEqual(GROUPED);
  await canvas.node('group-1').dblclick();
  await expect(trail.getByRole('listitem')).toHaveText(['Model', 'Hidden']);
  await expect
    .poll(() => canvas.edges)
    .toEqual([
      'dense-1.output>group-1.input',
      'group-1.output>group-output-1.input',
      'group-input-1.output>dense-1.input',
    ]);
});

test('a copied group is the same group, until it is made independent; undo leads to where the edit was', async ({
  studio,
}) => {
  const canvas = await new CanvasPage(studio).open();
  await grouped(canvas);
  await studio.keyboard.press('Control+d');
  await expect.poll(() => canvas.nodes).toContain('group-2');
  await canvas.node('group-2').dblclick();
  const trail = studio.getByRole('navigation', { name: 'Open groups' });
  await expect(trail).toContainText('used 2 times');
  await canvas.node('relu-1').click();
  await studio.keyboard.press('Delete');
  await studio.keyboard.press('Escape');
  await canvas.node('group-1').dblclick();
  await expect.poll(() => canvas.nodes).toEqual(['dense-1', 'group-input-1', 'group-output-1']);

  await studio.keyboard.press('Escape');
  await studio.keyboard.press('Escape');
  await expect.poll(() => canvas.nodes).toContain('group-2');
  await studio.keyboard.press('Control+z');
  await expect(canvas.node('relu-1')).toBeVisible();
  await trail.getByRole('button', { name: 'Make this one independent of the others' }).click();
  await expect(trail).not.toContainText('used');
  await canvas.node('relu-1').click();
  await studio.keyboard.press('Delete');
  await expect.poll(() => canvas.nodes).not.toContain('relu-1');
  await trail.getByRole('button', { name: 'Model' }).click();
  await canvas.node('group-1').dblclick();
  await expect(canvas.node('relu-1')).toBeVisible();
});

test('nodes are copied from level to level, but no group into itself', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await grouped(canvas);
  await canvas.node('group-1').click();
  await studio.keyboard.press('Control+c');
  await canvas.node('group-1').dblclick();
  await expect(canvas.node('relu-1')).toBeVisible();
  await studio.keyboard.press('Control+v');
  await expect(studio.getByText('A group cannot stand inside itself.')).toBeVisible();
  await expect.poll(() => canvas.edges).toEqual(INSIDE);
  await canvas.node('relu-1').click();
  await studio.keyboard.press('Control+c');
  await studio.keyboard.press('Alt+ArrowUp');
  await expect(canvas.node('group-1')).toBeVisible();
  await studio.keyboard.press('Control+v');
  await expect.poll(() => canvas.nodes).toContain('relu-1');
});

test('ports are renamed, added and put in order, and connections go along', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await grouped(canvas);
  const name = studio.getByRole('textbox', { name: /^Name of input/ });
  await name.fill('signal');
  await expect.poll(() => canvas.edges).toContain('input-1.output>group-1.signal');
  await studio.getByRole('button', { name: 'Add an input' }).click();
  const second = studio.getByRole('textbox', { name: 'Name of input input' });
  await second.fill('signal');
  await expect(studio.getByText('Another input is called so.')).toBeVisible();
  await second.fill('mask');
  await studio.getByRole('button', { name: 'Move mask up' }).click();
  await expect(canvas.port('group-1', 'mask')).toBeVisible();
  const inputs = studio.getByRole('list', { name: 'Inputs' }).getByRole('textbox');
  await expect(inputs).toHaveCount(2);
  await expect(inputs.first()).toHaveValue('mask');
  await studio.getByRole('button', { name: 'Remove signal' }).click();
  await expect.poll(() => canvas.edges).toEqual(['group-1.output>cross-entropy-1.prediction']);
});

test('groups of the model are offered in the palette, also after their last use', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await grouped(canvas);
  await studio.getByRole('textbox', { name: 'Group name' }).fill('Hidden');
  await canvas.dragIn('Hidden', 200, 300);
  await expect.poll(() => canvas.nodes).toContain('group-2');
  await canvas.node('group-1').click({ modifiers: ['Control'] });
  await studio.keyboard.press('Delete');
  await expect.poll(() => canvas.nodes).toEqual(['cross-entropy-1', 'input-1']);
  await expect(studio.getByRole('button', { name: 'Hidden', exact: true })).toBeVisible();
  await studio.getByRole('button', { name: 'Remove Hidden from the model' }).click();
  await expect(studio.getByRole('button', { name: 'Hidden', exact: true })).toHaveCount(0);
});

test('a repeated group shows its rounds, shapes and parameters; what is shared is said and marked', async ({
  studio,
}) => {
  const canvas = await new CanvasPage(studio).open();
  await grouped(canvas);
  await studio.getByRole('spinbutton', { name: 'Repeat' }).fill('3');
  const group = canvas.node('group-1');
  await expect(group).toContainText('× 3');
  // 4 → 64, then twice 64 → 64.
  await expect(group).toContainText(`${((4 * 64 + 64 + 2 * (64 * 64 + 64)) / 1000).toPrecision(3)} k params`);
  await expect(group).toContainText('64');
  await group.dblclick();
  await expect(canvas.node('dense-1')).toContainText('320 params');
  await studio.keyboard.press('Escape');
  await expect(group).toBeVisible();

  await studio.keyboard.press('Control+d');
  await expect.poll(() => canvas.nodes).toContain('group-2');
  await canvas.connect(['input-1', 'output'], ['group-2', 'input']);
  await studio.getByRole('combobox', { name: 'Share weights with' }).selectOption('group-1');
  await expect(canvas.node('group-2').getByRole('img', { name: 'Shared weights' })).toBeVisible();
  await expect(group.getByRole('img', { name: 'Shared weights' })).toBeVisible();
  await expect(canvas.node('group-2')).not.toContainText('params');
  await canvas.node('group-2').hover();
  await expect(group).toHaveClass(/kin/);
});

test('a problem inside a group stands at the group, is found by a click, and repaired from the list', async ({
  studio,
}) => {
  const canvas = await new CanvasPage(studio).open();
  await grouped(canvas);
  await canvas.node('input-1').click();
  await studio.getByText('Advanced').click();
  await studio.getByRole('textbox', { name: 'Shape without data' }).fill('8 × 8 × 3');
  const group = canvas.node('group-1');
  await expect(group.getByRole('img', { name: /^Error/ })).toBeVisible();
  const problems = studio.getByRole('region', { name: 'Problems' });
  await problems.getByRole('button', { name: /^Group › Dense/ }).click();
  await expect(canvas.node('dense-1')).toHaveClass(/selected/);
  await expect(canvas.port('dense-1', 'input')).toHaveClass(/broken/);
  await problems.getByRole('button', { name: 'Insert Flatten' }).click();
  await expect.poll(() => canvas.edges).toContain('group-input-1.output>flatten-1.input');
  await expect(problems.getByRole('status')).not.toContainText('error');
  await studio.keyboard.press('Escape');
  await studio.keyboard.press('Escape');
  await expect(group.getByRole('img', { name: /^Error/ })).toHaveCount(0);
});

test('a ready-made block is searched for, added, set, and opened', async ({ studio }) => {
  const canvas = await new CanvasPage(studio).open();
  await canvas.dragIn('Input', 400, 60);
  await canvas.node('input-1').click();
  await studio.getByText('Advanced').click();
  await studio.getByRole('textbox', { name: 'Shape without data' }).fill('10 × 32');
  await canvas.node('input-1').click();
  const search = studio.getByRole('searchbox', { name: 'Search layers' });
  await search.fill('transformer encoder');
  await search.press('Enter');
  await expect.poll(() => canvas.edges).toEqual(['input-1.output>group-1.input']);
  await expect(canvas.node('group-1')).toContainText('Transformer encoder');
  const problems = studio.getByRole('region', { name: 'Problems' });
  await studio.getByRole('spinbutton', { name: 'Dimensions' }).fill('32');
  await expect(problems.getByRole('status')).not.toContainText('error');
  await expect(canvas.node('group-1')).toContainText('10 × 32');
  await canvas.node('group-1').dblclick();
  await expect(canvas.page.locator('[data-node-type="multi-head-attention"]')).toBeVisible();
});
