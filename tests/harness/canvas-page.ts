import { expect, type Locator, type Page } from '@playwright/test';

/** The canvas as people use it: pointer and keys in a real browser, the real host behind it. */
export class CanvasPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<this> {
    await this.page.getByRole('button', { name: 'New project' }).click();
    await expect(this.page.getByText('Build a model')).toBeVisible();
    return this;
  }

  node(id: string): Locator {
    return this.page.locator(`[data-node-id="${id}"]`);
  }

  port(id: string, port: string): Locator {
    return this.node(id).locator(`[data-handleid="${port}"]`);
  }

  get nodes(): Promise<string[]> {
    return this.page
      .locator('[data-node-id]')
      .evaluateAll((all) => all.map((node) => (node as HTMLElement).dataset.nodeId!).sort());
  }

  get edges(): Promise<string[]> {
    return this.page
      .locator('.svelte-flow__edge')
      .evaluateAll((all) => all.map((edge) => (edge as HTMLElement).dataset.id!).sort());
  }

  async dragIn(title: string, x: number, y: number): Promise<void> {
    const pane = this.page.locator('.svelte-flow__pane');
    await this.page
      .getByRole('button', { name: title, exact: true })
      .dragTo(pane, { targetPosition: { x, y } });
  }

  async connect(from: readonly [string, string], to: readonly [string, string]): Promise<void> {
    await this.pull(from, await centreOf(this.port(...to)));
  }

  /** Drags a connection out of a port and lets it go at a point of the window. */
  async pull(from: readonly [string, string], to: { x: number; y: number }): Promise<void> {
    const start = await centreOf(this.port(...from));
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + to.x) / 2, (start.y + to.y) / 2, { steps: 3 });
    await this.page.mouse.move(to.x, to.y, { steps: 3 });
    await this.page.mouse.up();
  }

  /** input-1 → dense-1 → relu-1 → cross-entropy-1, each added behind the one before by double-click. */
  async buildChain(): Promise<void> {
    await this.dragIn('Input', 400, 60);
    for (const title of ['Dense', 'ReLU', 'Cross-entropy']) {
      await this.page.getByRole('button', { name: title, exact: true }).dblclick();
    }
    await expect.poll(() => this.edges).toEqual(CHAIN);
  }

  async saved(): Promise<void> {
    await expect(this.page.getByRole('status', { name: 'Save state' })).toHaveText('Saved');
  }
}

export const CHAIN = [
  'dense-1.output>relu-1.input',
  'input-1.output>dense-1.input',
  'relu-1.output>cross-entropy-1.prediction',
];

export async function centreOf(locator: Locator): Promise<{ x: number; y: number }> {
  const box = (await locator.boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
