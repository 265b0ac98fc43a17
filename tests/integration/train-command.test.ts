import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDocument } from '../../main/services/files.ts';
import { start, strata, temporaryFolder } from './strata.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const home = join(folder, 'home');
const IRIS = join(import.meta.dirname, '..', '..', 'templates', 'iris-mlp', 'graph.strata.json');

describe('train', () => {
  it('tells programs everything, one JSON object per line, and ends with the metrics', async () => {
    const { code, events, stdout } = await strata(home, 'train', 'iris-mlp', '--epochs', '3', '--json');
    expect(code).toBe(0);
    for (const line of stdout.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
    const kinds = new Set(events.map(({ event }) => event));
    for (const kind of ['run', 'device', 'phase', 'metrics', 'checkpoint', 'done'])
      expect(kinds).toContain(kind);
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      metrics: { 'test.accuracy': expect.any(Number) as unknown, 'test.loss': expect.any(Number) as unknown },
    });
  });

  it('gives the same result for the same seed, and stores every run', async () => {
    const results = [];
    for (const seed of ['7', '7', '8']) {
      const { events } = await strata(home, 'train', IRIS, '--epochs', '3', '--seed', seed, '--json');
      results.push(events.at(-1)!.metrics);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).not.toEqual(results[0]);
    const { events } = await strata(home, 'runs', '--json');
    expect(events.map(({ projectName, number, status }) => [projectName, number, status])).toEqual([
      ['Iris MLP', 3, 'finished'],
      ['Iris MLP', 2, 'finished'],
      ['Iris MLP', 1, 'finished'],
      ['Iris MLP', 1, 'finished'],
    ]);
  });

  it('shows people a table of runs and one run', async () => {
    const list = await strata(home, 'runs');
    expect(list.stdout).toMatch(/Iris MLP +Run 3 +finished/);
    const id = list.stdout.split('\n')[1].slice(0, 6);
    const { stdout } = await strata(home, 'runs', 'show', id);
    expect(stdout).toContain('test.accuracy');
    expect(stdout).toContain('Iris flowers');
  });

  it('stops at Ctrl-C after a checkpoint, says how to go on, and goes on', async () => {
    const own = join(folder, 'interrupted');
    const running = start(own, 'train', 'iris-mlp', '--epochs', '20000', '--json');
    await running.printed('"checkpoint"');
    running.process.kill('SIGINT');
    const { code, events } = await running.outcome;
    expect(code).toBe(130);
    const stopped = events.at(-1)!;
    expect(stopped).toMatchObject({ event: 'stopped', resumable: true });
    const again = start(own, 'train', '--resume', String(stopped.run), '--json');
    const speed = JSON.parse(await again.printed('"speed"')) as { step: number };
    expect(speed.step).toBeGreaterThanOrEqual(stopped.steps as number);
    again.process.kill('SIGINT');
    expect((await again.outcome).code).toBe(130);
    const { events: list } = await strata(own, 'runs', '--json');
    expect(list).toMatchObject([{ number: 1, status: 'stopped', resumable: true }]);
  });

  it('stops after a checkpoint, too, where nobody reads any more what it prints', async () => {
    const own = join(folder, 'unread');
    const running = start(own, 'train', 'iris-mlp', '--epochs', '20000', '--json');
    await running.printed('"speed"');
    running.process.stdout!.destroy();
    const { code, stderr } = await running.outcome;
    expect([code, stderr]).toEqual([130, '']);
    const { events: list } = await strata(own, 'runs', '--json');
    expect(list).toMatchObject([{ status: 'stopped', resumable: true }]);
  });

  it('draws a small model that fits the data where none is named', async () => {
    const { code, events, stderr } = await strata(
      home,
      'train',
      '--data',
      'sample:iris',
      '--epochs',
      '2',
      '--json',
    );
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      metrics: { 'test.accuracy': expect.any(Number) as unknown },
    });
  });

  it('refuses a model with errors before it makes a run', async () => {
    const own = join(folder, 'refused');
    const document = await readDocument(IRIS);
    const path = join(folder, 'wide.strata.json');
    const nodes = document.nodes.map((node) =>
      node.id === 'scores' ? { ...node, params: { units: 5 } } : node,
    );
    writeFileSync(path, JSON.stringify({ ...document, nodes }));
    const { code, stderr } = await strata(own, 'train', path);
    expect(code).toBe(1);
    expect(stderr).toContain('code: GRAPH_INVALID');
    expect(stderr).toContain('3 classes');
    expect((await strata(own, 'runs', '--json')).events).toEqual([]);
  });

  it('stops where the loss is no longer finite, and says at which step', async () => {
    const document = await readDocument(IRIS);
    const optimizer = { type: 'sgd', params: { learningRate: 1e30 } };
    const path = join(folder, 'explode.strata.json');
    writeFileSync(path, JSON.stringify({ ...document, training: { ...document.training, optimizer } }));
    const { code, events } = await strata(home, 'train', path, '--json');
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'error', code: 'TRAIN_NON_FINITE' });
    expect(String(events.at(-1)!.where)).toMatch(/step \d+/);
  });
});

describe('import', () => {
  const rows = Array.from(
    { length: 60 },
    (_, row) => `${row % 7};${(row * 3) % 11};${row % 2 ? 'odd' : 'even'}`,
  );

  it('imports a CSV with choices, and trains on it by the id it prints', async () => {
    const csv = join(folder, 'numbers.csv');
    writeFileSync(csv, ['a;b;parity', ...rows].join('\n'));
    const imported = await strata(
      home,
      ...['import', csv, '--name', 'Parity', '--target', 'parity', '--test', '0.2', '--json'],
    );
    expect(imported.stderr).toBe('');
    expect(imported.code).toBe(0);
    const { hash, rows: counts } = imported.events.at(-1) as unknown as {
      hash: string;
      rows: Record<string, number>;
    };
    expect(counts.train + counts.validation + counts.test).toBe(60);
    expect(counts.test).toBe(12);
    const path = join(folder, 'parity.strata.json');
    const document = await readDocument(IRIS);
    const nodes = document.nodes.map((node) =>
      node.id === 'scores' ? { ...node, params: { units: 2 } } : node,
    );
    writeFileSync(path, JSON.stringify({ ...document, nodes }));
    const data = ['--data', hash.slice(0, 12), '--epochs', '2', '--json'];
    const { code, events } = await strata(home, 'train', path, ...data);
    expect(events.at(-1)).toMatchObject({ event: 'done' });
    expect(code).toBe(0);
    expect(events.find(({ event }) => event === 'run')).toMatchObject({
      datasetName: 'Parity',
      dataset: hash,
    });
  });

  it('says what is wrong with a file it cannot read, and leaves nothing behind', async () => {
    const own = join(folder, 'bad');
    const missing = await strata(own, 'import', join(folder, 'missing.csv'), '--json');
    expect(missing.code).toBe(1);
    expect(missing.events.at(-1)).toMatchObject({ event: 'error', code: 'SOURCE_MISSING' });
    const column = await strata(own, 'import', join(folder, 'numbers.csv'), '--target', 'nope');
    expect(column.code).toBe(1);
    expect(column.stderr).toContain('code: COLUMN_UNKNOWN');
    const option = await strata(own, 'import', join(folder, 'numbers.csv'), '--set', 'delimiter');
    expect(option.stderr).toContain('code: OPTION_INVALID');
  });
});

describe('train --memory-limit', () => {
  const train = (limit: string) =>
    strata(home, 'train', deepModel(), '--data', 'sample:digits', '--memory-limit', limit, '--json');

  it('computes values again where that makes the model fit, and says so', async () => {
    const { code, events } = await train('35MB');
    expect(code).toBe(0);
    const messages = events.filter(({ event }) => event === 'phase').map(({ message }) => message);
    expect(messages).toContainEqual(
      expect.stringMatching(
        /^Recomputes \d+ nodes? to fit into [\d.]+ MiB: about \d+ % more work per step\.$/,
      ),
    );
    expect(events.find(({ event }) => event === 'device')?.peakBytes).toBeLessThanOrEqual(35e6);
  });

  it('refuses a model that cannot fit, with a batch size that can', async () => {
    const { code, events } = await train('8MB');
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      code: 'DEVICE_MEMORY',
      fix: expect.stringMatching(/batch size to \d+ or less/) as unknown,
    });
  });

  it('takes sizes only', async () => {
    const { code, stderr } = await train('plenty');
    expect(code).not.toBe(0);
    expect(stderr).toContain('It must be a size such as 2GB');
  });
});

/** Path of a model whose forward pass takes most of the memory. */
function deepModel(): string {
  const hidden = Array.from({ length: 10 }, (_, at) => [
    { id: `dense-${at}`, type: 'dense', params: { units: 64 } },
    { id: `gelu-${at}`, type: 'gelu' },
  ]).flat();
  const scores = { id: 'scores', type: 'dense', params: { units: 10 } };
  const nodes = [
    { id: 'input', type: 'input' },
    { id: 'flatten', type: 'flatten' },
    ...hidden,
    scores,
    { id: 'loss', type: 'cross-entropy' },
  ];
  const edges = nodes.slice(1).map(({ id }, at) => ({
    from: { node: nodes[at].id, port: 'output' },
    to: { node: id, port: id === 'loss' ? 'prediction' : 'input' },
  }));
  const training = { optimizer: { type: 'adam', params: {} }, epochs: 1, batchSize: 4000, seed: 1, l2: 0 };
  const path = join(folder, 'deep.strata.json');
  writeFileSync(path, JSON.stringify({ format: 'strata', version: 1, name: 'Deep', nodes, edges, training }));
  return path;
}
