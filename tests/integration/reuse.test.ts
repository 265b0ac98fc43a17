import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDawnExecutor } from '../../engine/backends/webgpu/dawn.ts';
import type { WebGpuExecutor } from '../../engine/backends/webgpu/executor.ts';
import type { RunEvent } from '../../engine/core/run.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { Devices } from '../../engine/process/devices.ts';
import { Inference } from '../../engine/process/inference.ts';
import type { GenerationSettings, TrainedRun } from '../../engine/process/protocol.ts';
import { Runs } from '../../engine/process/runs.ts';
import { ImportFolder } from '../harness/import.ts';

/** What an engine process compiles once and uses again, counted by the executor itself. */

let files: ImportFolder;
let executor: WebGpuExecutor;
const devices = new Devices(async () => (executor = await createDawnExecutor()));
let onToken = () => {};
const inference = new Inference(devices, () => onToken());

beforeAll(async () => {
  files = await ImportFolder.create();
  const texts = Array.from({ length: 24 }, (_, row) => `${'sun moon star '.repeat(2 + (row % 3))}rain`);
  const { folder } = await files.import(await files.write('texts.txt', texts.join('\n')));
  dataset = folder;
  first = await train('first');
});
afterAll(async () => {
  await executor.close();
  await files.remove();
});

const wire = (from: string, to: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});
const document = parseDocument({
  format: 'strata',
  version: 1,
  name: 'words',
  nodes: [
    { id: 'tokens', type: 'input', params: { encoding: 'indices' } },
    { id: 'next', type: 'shift', params: { by: -1, value: 0 } },
    { id: 'words', type: 'embedding', params: { dimensions: 4, padding: 0 } },
    { id: 'memory', type: 'simple-rnn', params: { units: 4, sequences: true } },
    { id: 'scores', type: 'dense', params: { units: 6 } },
    { id: 'loss', type: 'cross-entropy', params: { ignore: 0 } },
  ],
  edges: [
    wire('tokens', 'next'),
    wire('tokens', 'words'),
    wire('words', 'memory'),
    wire('memory', 'scores'),
    wire('scores', 'loss', 'prediction'),
    wire('next', 'loss', 'target'),
  ],
  training: { optimizer: { type: 'adam', params: {} }, epochs: 1, batchSize: 8, seed: 1, l2: 0 },
});
let dataset: string;
let first: TrainedRun;

async function train(runId: string): Promise<TrainedRun> {
  const events: RunEvent[] = [];
  const runs = new Runs(devices, (event) => events.push(event));
  const checkpoints = join(files.path, runId);
  await runs.start({ runId, document, dataset, checkpoints, checkpointEverySeconds: 60 });
  await vi.waitUntil(() => events.some((event) => event.kind === 'phase' && event.phase === 'finished'), {
    timeout: 30_000,
  });
  const { path, sha256 } = events.findLast((event) => event.kind === 'checkpoint')!;
  return { document, dataset, checkpoint: path, sha256 };
}

/** What the executor did meanwhile: kernels that it compiled, and those that it had. */
async function counted<T>(work: () => Promise<T>) {
  const before = { ...executor.compilations };
  const result = await work();
  const { compiled, reused } = executor.compilations;
  return { result, compiled: compiled - before.compiled, reused: reused - before.reused };
}

const NOTHING = { compiled: 0, reused: 0 };
const predict = (start: number, run = first, count = 2) =>
  counted(() => inference.predict({ ...run, rows: { part: 'train', start, count } }));
const drawn: GenerationSettings = {
  ...{ prompt: 'sun', length: 4, seed: 1, samples: 2, beams: 0, lengthPenalty: 0, stop: [] },
  ...{ temperature: 1, topK: 0, topP: 1 },
};
const generate = (changes: Partial<GenerationSettings> = {}) =>
  counted(async () => {
    const settings = { ...drawn, ...changes };
    return (await inference.generate({ ...first, jobId: 'job', settings })).sequences;
  });

it('compiles nothing for a second run of a model', async () => {
  const { compiled, reused, result } = await counted(() => train('second'));
  expect(compiled).toBe(0);
  expect(reused).toBeGreaterThan(10);
  expect(result.sha256).toBe(first.sha256);
});

describe('predictions', () => {
  it('load a model once, and again for another number of rows, other weights, or after it was released', async () => {
    const here = await predict(0);
    expect(here.compiled).toBeGreaterThan(0);
    const there = await predict(2);
    expect(there).toMatchObject(NOTHING);
    expect(there.result).not.toEqual(here.result);
    expect(await predict(0)).toEqual({ ...NOTHING, result: here.result });

    expect((await predict(0, first, 3)).compiled).toBeGreaterThan(0);
    expect((await predict(0, { ...first, sha256: 'of other weights' })).reused).toBeGreaterThan(0);
    expect(await predict(0)).toMatchObject(NOTHING);

    await inference.release();
    const again = await predict(0);
    expect(again).toMatchObject({ compiled: 0, result: here.result });
    expect(again.reused).toBeGreaterThan(0);
  });

  it('at the same time have a model each', async () => {
    const [a, b] = [await predict(0), await predict(2)];
    const both = await Promise.all([predict(0), predict(2)]);
    expect(both.map(({ result }) => result)).toEqual([a.result, b.result]);
  });

  it('keep a model whose rows were wrong', async () => {
    await predict(0);
    await expect(inference.predict({ ...first, rows: { part: 'train', start: 99 } })).rejects.toThrow();
    expect(await predict(0)).toMatchObject(NOTHING);
  });

  it('forget the model that was not used for longest', async () => {
    for (const count of [1, 2, 3, 4, 5]) await predict(0, first, count);
    expect(await predict(0, first, 2)).toMatchObject(NOTHING);
    expect((await predict(0, first, 1)).reused).toBeGreaterThan(0);
  });
});

it('generates again with the model that is there, as from the beginning', async () => {
  const one = await generate();
  expect(one.compiled).toBeGreaterThan(0);
  expect(await generate()).toEqual({ ...NOTHING, result: one.result });
  const other = await generate({ seed: 2, prompt: 'moon star', length: 3 });
  expect(other).toMatchObject(NOTHING);
  expect(await generate()).toEqual({ ...NOTHING, result: one.result });
  expect((await generate({ samples: 1 })).reused).toBeGreaterThan(0);
});

it('does not keep a model that was released while it was used', async () => {
  const { result } = await generate();
  onToken = () => void inference.release();
  expect(await generate()).toEqual({ ...NOTHING, result });
  onToken = () => {};
  const again = await generate();
  expect(again.result).toEqual(result);
  expect(again.reused).toBeGreaterThan(0);
});

it('loads anew on a device that was opened after the old one was lost', async () => {
  const { result } = await predict(0);
  const lost = executor;
  await lost.close();
  const anew = await inference.predict({ ...first, rows: { part: 'train', start: 0, count: 2 } });
  expect(executor).not.toBe(lost);
  expect(executor.compilations.compiled).toBeGreaterThan(0);
  expect(anew).toEqual(result);
});
