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

  await canvas.node('group-1').dblclick();
  await expect.poll(() => canvas.edges).toEqual(INSIDE);
  const trail = studio.getByRole('navigation', { name: 'Open groups' });
  await expect(trail).toContainText('Model');
  await canvas.node('dense-1').click();
  await studio.getByRole('spinbutton', { name: 'Units' }).fill('16');
  await expect(canvas.node('dense-1')).toContainText('16 units');
  await trail.getByRole('button', { name: 'Model' }).click();

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
