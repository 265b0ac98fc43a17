import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { model, table, texts } from '../harness/tokens.ts';
import { strata, temporaryFolder } from './strata.ts';

/** From a table of tokens to a trained Transformer: does a text contain the word 5? Short texts are filled up with 0. */

const { folder, remove } = temporaryFolder();
afterAll(remove);
const home = join(folder, 'home');

const path = join(folder, 'tokens.strata.json');
writeFileSync(path, JSON.stringify(model));

it('a Transformer learns from a table of tokens', async () => {
  const data = join(folder, 'texts.csv');
  writeFileSync(data, table(texts(800)));
  const { code, events } = await strata(home, 'train', path, '--data', data, '--json');
  expect(code).toBe(0);
  const { metrics } = events.at(-1) as unknown as { metrics: Record<string, number> };
  expect(metrics['test.accuracy']).toBeGreaterThan(0.95);
});

it('a value that is no token ends the run with the column’s name', async () => {
  const rows = texts(100);
  rows[50][0] = 1.5;
  const data = join(folder, 'broken.csv');
  writeFileSync(data, table(rows));
  const { code, stderr, stdout } = await strata(home, 'train', path, '--data', data);
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain('column "word-0"');
  expect(stdout + stderr).toContain('DATA_NOT_AN_INDEX');
});
