import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Executor } from '../../engine/backends/executor.ts';
import { openSnapshot, type Snapshot } from '../../engine/data/snapshots/snapshot.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { checkpointFiles } from '../../engine/process/checkpoint-files.ts';
import type { TrainingParts } from '../../engine/train/prepare.ts';
import { device, DEVICES } from '../conformance/device.ts';
import { ImportFolder } from '../harness/import.ts';
import { model, table, texts } from '../harness/tokens.ts';
import { steeredRun, type Steer } from '../harness/steered-run.ts';

/** The same seed on the same device gives the same bits, whatever happens on the way, with all that a run can have. */

let files: ImportFolder;
let data: Snapshot;

beforeAll(async () => {
  files = await ImportFolder.create();
  const path = await files.write('texts.csv', table(texts(80)));
  data = await openSnapshot((await files.import(path, { normalise: false })).folder);
});
afterAll(async () => {
  await data.close();
  await files.remove();
});

const wire = (from: string, to: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});

/** Attention with dropout, then an LSTM whose last state is dropped out from and scored. */
const document = parseDocument({
  ...model,
  nodes: [
    ...model.nodes.filter(({ id }) => id !== 'mean'),
    { id: 'lstm', type: 'lstm', params: { units: 8 } },
    { id: 'dropout', type: 'dropout', params: { rate: 0.25 } },
  ],
  edges: [
    ...model.edges.filter(({ from, to }) => from.node !== 'mean' && to.node !== 'mean'),
    wire('norm', 'lstm'),
    wire('mask', 'lstm', 'mask'),
    wire('lstm', 'dropout'),
    wire('dropout', 'scores'),
  ],
  training: {
    ...model.training,
    epochs: 3,
    batchSize: 4,
    l2: 0.001,
    clipNorm: 1,
    accumulation: 2,
    averaging: 0.9,
    patience: 2,
    buckets: 2,
    schedule: { type: 'reduce-on-plateau', params: { patience: 0 } },
  },
});

let runs = 0;

async function train(executor: Executor, given: Partial<TrainingParts> = {}, steer: Steer = () => {}) {
  const store = checkpointFiles(join(files.path, `run-${++runs}`));
  const run = await steeredRun({ document, snapshot: data, executor, store, ...given }, steer);
  expect(run.error).toBeUndefined();
  const { checkpoints, metrics, fingerprint } = run;
  return { checkpoints, result: { metrics, bits: fingerprint } };
}

describe.each(DEVICES)('a run with everything, on %s', (name) => {
  it('ends with the same bits again, streamed, paused, and gone on with from any step', async () => {
    const executor = await device(name);
    const straight = await train(executor);
    expect((await train(executor)).result).toEqual(straight.result);
    expect((await train(executor, { residentBytes: 500 })).result).toEqual(straight.result);

    let paused = false;
    const interrupted = await train(executor, { checkpointEverySeconds: 0 }, (event, control) => {
      if (event.kind === 'checkpoint' && event.step >= 5 && !paused) control.pause();
      if (event.kind !== 'phase' || event.phase !== 'paused') return;
      paused = true;
      setTimeout(() => control.resume(), 10);
    });
    expect(paused).toBe(true);
    expect(interrupted.result).toEqual(straight.result);

    // After the first step the gradient of one batch waits for that of another.
    for (const least of [1, 5]) {
      const stopped = await train(executor, { checkpointEverySeconds: 0 }, (event, control) => {
        if (event.kind === 'checkpoint' && event.step >= least) control.stop();
      });
      const [{ path, step }] = stopped.checkpoints.slice(-1);
      expect(step).toBeLessThan(straight.checkpoints.at(-1)!.step);
      expect((await train(executor, { resumeFrom: path })).result).toEqual(straight.result);
    }
  }, 180_000);
});
