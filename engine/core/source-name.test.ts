import { expect, it } from 'vitest';
import { sourceName } from './source-name.ts';

it.each([
  ['/data/housing.csv.gz', 'housing'],
  ['/data/nations.tar.gz', 'nations'],
  ['C:\\data\\pneumoniamnist.npz', 'pneumoniamnist'],
  ['wnut17/emerging.dev.conll', 'emerging.dev'],
  ['/data/t10k-images-idx3-ubyte.gz', 't10k-images-idx3-ubyte'],
  ['/data/survey v1.2', 'survey v1.2'],
  ['/data/cats/', 'cats'],
  ['sample:iris', 'iris'],
  ['/data/.csv', '.csv'],
])('%s is called %s', (path, name) => {
  expect(sourceName(path)).toBe(name);
});
