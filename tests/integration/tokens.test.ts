import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { strata, temporaryFolder } from './strata.ts';

/** From a table of tokens to a trained Transformer: does a text contain the word 5? Short texts are filled up with 0. */

const { folder, remove } = temporaryFolder();
afterAll(remove);
const home = join(folder, 'home');
const LENGTH = 8;

/** Texts of 3 to 8 words out of 15, by a generator that always gives the same ones. */
function texts(count: number): number[][] {
  let state = 1;
  const below = (limit: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 3 + below(LENGTH - 2) }, () => 1 + below(15));
    return [...words, ...Array<number>(LENGTH - words.length).fill(0)];
  });
}

function table(rows: readonly (readonly number[])[]): string {
  const head = Array.from({ length: LENGTH }, (_, at) => `word-${at}`);
  const lines = rows.map((row) => [...row, row.includes(5) ? 'yes' : 'no']);
  return [[...head, 'class'], ...lines].map((line) => line.join(',')).join('\n');
}

const wire = (from: string, to: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});

const model = {
  format: 'strata',
  version: 1,
  name: 'Tokens',
  nodes: [
    { id: 'tokens', type: 'input', params: { encoding: 'indices' } },
    { id: 'mask', type: 'padding-mask' },
    { id: 'words', type: 'embedding', params: { dimensions: 16, padding: 0 } },
    { id: 'positions', type: 'positional-encoding' },
    { id: 'attention', type: 'multi-head-attention', params: { heads: 2, dropout: 0.125 } },
    { id: 'both', type: 'add' },
    { id: 'norm', type: 'layer-norm' },
    { id: 'mean', type: 'sequence-mean' },
    { id: 'scores', type: 'dense', params: { units: 2 } },
    { id: 'loss', type: 'cross-entropy' },
  ],
  edges: [
    wire('tokens', 'mask'),
    wire('tokens', 'words'),
    wire('words', 'positions'),
    wire('positions', 'attention', 'query'),
    wire('mask', 'attention', 'mask'),
    wire('positions', 'both', 'inputs'),
    wire('attention', 'both', 'inputs'),
    wire('both', 'norm'),
    wire('norm', 'mean'),
    wire('mask', 'mean', 'mask'),
    wire('mean', 'scores'),
    wire('scores', 'loss', 'prediction'),
  ],
  training: {
    optimizer: { type: 'adam', params: { learningRate: 0.01 } },
    epochs: 8,
    batchSize: 32,
    seed: 1,
    l2: 0,
  },
};

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
