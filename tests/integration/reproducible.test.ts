import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Executor } from '../../engine/backends/executor.ts';
import type { RunEvent } from '../../engine/core/run.ts';
import { openSnapshot, type Snapshot } from '../../engine/data/snapshot.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { checkpointFiles } from '../../engine/process/checkpoint-files.ts';
import { Control } from '../../engine/train/control.ts';
import { Training } from '../../engine/train/loop.ts';
import type { TrainingParts } from '../../engine/train/prepare.ts';
import { device, DEVICES } from '../conformance/device.ts';
import { ImportFolder } from '../harness/import.ts';
import { model, table, texts } from '../harness/tokens.ts';

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

interface Finished {
  readonly checkpoints: readonly Extract<RunEvent, { kind: 'checkpoint' }>[];
  readonly result: unknown;
}
let runs = 0;

async function train(
  executor: Executor,
  given: Partial<TrainingParts> = {},
  steer: (event: RunEvent, control: Control) => void = () => {},
): Promise<Finished> {
  const events: RunEvent[] = [];
  const control = new Control();
  const training = await Training.prepare({
    runId: 'run',
    document,
    snapshot: data,
    executor,
    store: checkpointFiles(join(files.path, `run-${++runs}`)),
    checkpointEverySeconds: 60,
    control,
    emit: (event) => {
      events.push(event);
      steer(event, control);
    },
    ...given,
  });
  await training.run();
  const checkpoints = events.filter((event) => event.kind === 'checkpoint');
  const result = events.find((event) => event.kind === 'result');
  return { checkpoints, result: { metrics: result?.metrics, bits: checkpoints.at(-1)?.sha256 } };
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
