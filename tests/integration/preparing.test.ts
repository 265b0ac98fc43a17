import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent, RunPhase } from '../../engine/core/run.ts';
import { importDataset } from '../../engine/data/import.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { Devices } from '../../engine/process/devices.ts';
import { Runs } from '../../engine/process/runs.ts';
import { DEFAULT_IMPORT } from '../../main/services/datasets.ts';
import { readDocument } from '../../main/services/files.ts';
import { device, DEVICES } from '../conformance/device.ts';
import { temporaryFolder } from './strata.ts';

/** What can happen before a run's first step. */

const { folder, remove } = temporaryFolder();
const IRIS = join(import.meta.dirname, '..', '..', 'templates', 'iris-mlp', 'graph.strata.json');
let dataset: string;

beforeAll(async () => {
  const request = { ...DEFAULT_IMPORT, jobId: 'iris', source: { path: 'sample:iris' }, name: 'iris', folder };
  const signal = new AbortController().signal;
  dataset = (await importDataset(request, { onProgress: () => {}, signal })).folder;
});
afterAll(remove);

/** The model with fifty layers, which are planned for a while. */
function deep(document: ModelDocument): ModelDocument {
  const ids = Array.from({ length: 50 }, (_, at) => `deep-${at}`);
  const edge = document.edges.find(({ to }) => to.node === 'scores')!;
  const layers = ids.map((id, at) => ({ id, type: at % 2 ? 'tanh' : 'dense', params: {}, trainable: true }));
  const edges = ids.map((id, at) => ({
    from: at === 0 ? edge.from : { node: ids[at - 1], port: 'output' },
    to: { node: id, port: 'input' },
  }));
  const last = { from: { node: ids.at(-1)!, port: 'output' }, to: edge.to };
  return {
    ...document,
    nodes: [...document.nodes, ...layers],
    edges: [...document.edges.filter((other) => other !== edge), ...edges, last],
  };
}

it('a run that is stopped while fifty layers are planned hears of it meanwhile', async () => {
  const document = deep(parseDocument(await readDocument(IRIS)));
  const events: RunEvent[] = [];
  const runs = new Runs(new Devices(() => device('the processor')), (event) => {
    events.push(event);
    // As a message from main: it arrives when the engine listens.
    if (event.kind === 'phase') setTimeout(() => runs.stopAll());
  });
  const checkpoints = join(folder, 'deep');
  await runs.start({ runId: 'run', document, dataset, checkpoints, checkpointEverySeconds: 60 });
  expect(events.map((event) => (event.kind === 'phase' ? event.phase : event.kind))).toEqual([
    'preparing',
    'stopped',
  ]);
});

describe.each(DEVICES)('a run that is stopped before its first step, on %s', (name) => {
  it.each([
    ['its kernels are compiled', 'compiling'],
    ['its data are loaded', 'device'],
  ])('while %s, ends without a checkpoint and can be started again', async (_, moment) => {
    const document = await readDocument(IRIS);
    const events: RunEvent[] = [];
    let hasty = true;
    const runs = new Runs(new Devices(() => device(name)), (event) => {
      events.push(event);
      if (event.kind === moment && hasty) runs.control('run').stop();
    });
    const request = {
      runId: 'run',
      document: parseDocument({ ...document, training: { ...document.training, epochs: 1 } }),
      dataset,
      checkpoints: join(folder, name),
      checkpointEverySeconds: 60,
    };
    const phases = () => events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []));
    const until = async (phase: RunPhase) => {
      while (!phases().includes(phase)) await new Promise((resolve) => setTimeout(resolve, 20));
      await runs.stopAll();
    };
    await runs.start(request);
    await until('stopped');
    expect(phases()).toEqual(['preparing', 'stopped']);
    expect(events.some(({ kind }) => kind === 'checkpoint')).toBe(false);
    expect(() => runs.control('run')).toThrow('not going on');

    hasty = false;
    events.length = 0;
    await runs.start(request);
    await until('finished');
    expect(phases()).toEqual(['preparing', 'running', 'finished']);
  });
});
