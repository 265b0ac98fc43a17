import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { errorCodes } from './error-codes.ts';
import { PAGES } from './generate-docs.ts';

it.each(Object.entries(PAGES).map(([path, write]) => ({ name: basename(path), path, write })))(
  'docs/$name says what the source says; if not, run "npm run docs"',
  async ({ path, write }) => {
    expect(await readFile(path, 'utf8')).toBe(await write());
  },
);

it('every error code has a sentence for people', () => {
  const silent = errorCodes().filter(({ message }) => message === '');
  // The words for these three come from whoever reports them.
  expect(silent.map(({ code }) => code)).toEqual(['FILE_UNREADABLE', 'LAYER_INPUT', 'OP_TYPE']);
});
