import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { LAYERS_PAGE, layersPage } from './generate-docs.ts';

it('docs/layers.md says what the records say; if not, run "npm run docs"', async () => {
  expect(await readFile(LAYERS_PAGE, 'utf8')).toBe(await layersPage());
});
