import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readDocument } from '../../main/services/files.ts';
import { strata, temporaryFolder } from './strata.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const DIGITS = join(import.meta.dirname, '..', '..', 'templates', 'digits-cnn', 'graph.strata.json');

it('learns digits with mixed precision as well as with 32 bits, in less memory', async () => {
  const document = await readDocument(DIGITS);
  // Fewer filters are enough to see it, and sooner done.
  const nodes = document.nodes.map((node) =>
    node.type === 'conv2d' ? { ...node, params: { ...node.params, filters: 8 } } : node,
  );
  const results = [];
  for (const precision of ['f32', 'mixed']) {
    const path = join(folder, `${precision}.strata.json`);
    const training = { ...document.training, epochs: 4, precision };
    writeFileSync(path, JSON.stringify({ ...document, nodes, training }));
    const { code, events } = await strata(join(folder, 'home'), 'train', path, '--json');
    expect(code).toBe(0);
    const { peakBytes } = events.find(({ event }) => event === 'device')!;
    const metrics = events.at(-1)!.metrics as Readonly<Record<string, number>>;
    results.push({ peakBytes: peakBytes as number, accuracy: metrics['test.accuracy'] });
  }
  const [single, mixed] = results;
  expect(single.accuracy).toBeGreaterThan(0.9);
  expect(Math.abs(mixed.accuracy - single.accuracy)).toBeLessThan(0.01);
  expect(mixed.peakBytes).toBeLessThan(single.peakBytes);
});
