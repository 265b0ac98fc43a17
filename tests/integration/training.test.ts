import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../engine/core/run.ts';
import { decodeTensors } from '../../engine/core/safetensors.ts';
import { importDataset } from '../../engine/data/import.ts';
import { openSnapshot, type Snapshot } from '../../engine/data/snapshots/snapshot.ts';
import type { ModelDocument, TrainingSettings } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { checkpointFiles } from '../../engine/process/checkpoint-files.ts';
import { Control } from '../../engine/train/control.ts';
import type { TrainingParts } from '../../engine/train/prepare.ts';
import { DEFAULT_IMPORT } from '../../main/services/datasets.ts';
import { device } from '../conformance/device.ts';
import { steeredRun, type Steer, type SteeredRun } from '../harness/steered-run.ts';

/** Whole runs on real data and a real device. */

let folder: string;
let iris: Snapshot;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-training-'));
  const source = { path: 'sample:iris' };
  const request = { ...DEFAULT_IMPORT, jobId: 'iris', source, name: 'iris', folder };
  const signal = new AbortController().signal;
  iris = await openSnapshot((await importDataset(request, { onProgress: () => {}, signal })).folder);
});

afterAll(async () => {
  await iris.close();
  await rm(folder, { recursive: true });
});

async function irisModel(training: Partial<TrainingSettings> = {}): Promise<ModelDocument> {
  const text = await readFile(new URL('../../templates/iris-mlp/graph.strata.json', import.meta.url), 'utf8');
  const document = parseDocument(text);
  return { ...document, training: { ...document.training, ...training } };
}

let runs = 0;

/** The run that nobody disturbs, which others are compared with. */
let undisturbed: Promise<SteeredRun> | undefined;
const straightRun = async (): Promise<SteeredRun> => (undisturbed ??= train(await irisModel()));

/** Trains to the end. `steer` is called at every event, as a person would steer the run. */
async function train(
  document: ModelDocument,
  given: Partial<TrainingParts> = {},
  steer: Steer = () => {},
): Promise<SteeredRun> {
  const store = checkpointFiles(join(folder, `run-${++runs}`));
  return steeredRun({ document, snapshot: iris, executor: await device(), store, ...given }, steer);
}

/** Does something once, at the first training point at or after a step. */
function atStep(step: number, act: (control: Control) => void): (event: RunEvent, control: Control) => void {
  let done = false;
  return (event, control) => {
    if (done || event.kind !== 'metrics' || event.points[0].step < step) return;
    done = true;
    act(control);
  };
}

describe('training on iris', () => {
  it('reaches 93 % on the test part, and says everything a person wants to see', async () => {
    const document = await irisModel();
    const { error, events, phases, metrics, checkpoints } = await straightRun();
    expect(error).toBeUndefined();
    expect(phases).toEqual(['running', 'finished']);
    expect(metrics['test.accuracy']).toBeGreaterThanOrEqual(0.93);
    expect(Object.keys(metrics).sort()).toEqual(
      ['test', 'train', 'validation'].flatMap((split) => [`${split}.accuracy`, `${split}.loss`]),
    );
    const points = events.flatMap((event) => (event.kind === 'metrics' ? event.points : []));
    const validated = points.filter(({ split }) => split === 'validation');
    expect(validated.map(({ epoch }) => epoch)).toEqual(
      Array.from({ length: document.training.epochs }, (_, epoch) => epoch + 1),
    );
    expect(validated.at(-1)!.values.loss).toBeLessThan(validated[0].values.loss / 2);
    const stepsPerEpoch = Math.floor(iris.schema.rows.train / document.training.batchSize);
    expect(checkpoints.at(-1)?.step).toBe(document.training.epochs * stepsPerEpoch);
    expect(events.find((event) => event.kind === 'device')).toMatchObject({
      parameters: 16 * 5 + 16 * 17 + 3 * 17,
    });
    expect(events.some((event) => event.kind === 'speed')).toBe(true);
  });

  it('is the same to the last bit with the same seed, and different with another', async () => {
    const first = await straightRun();
    const second = await train(await irisModel());
    const other = await train(await irisModel({ seed: 43 }));
    expect(first.fingerprint).toBeDefined();
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.metrics['test.loss']).toBe(first.metrics['test.loss']);
    expect(other.fingerprint).not.toBe(first.fingerprint);
  });

  it('pauses with a checkpoint and goes on as if nothing had been', async () => {
    const straight = await straightRun();
    let paused = 0;
    const steer = atStep(30, (control) => control.pause());
    const broken = await train(await irisModel(), {}, (event, control) => {
      steer(event, control);
      if (event.kind !== 'phase' || event.phase !== 'paused') return;
      paused++;
      setTimeout(() => control.resume(), 50);
    });
    expect(paused).toBe(1);
    expect(broken.phases).toEqual(['running', 'paused', 'running', 'finished']);
    expect(broken.fingerprint).toBe(straight.fingerprint);
  });

  it('stops with a checkpoint, and the run that goes on from it ends with the same bits', async () => {
    const straight = await straightRun();
    const stopped = await train(
      await irisModel(),
      {},
      atStep(30, (control) => control.stop()),
    );
    expect(stopped.phases).toEqual(['running', 'stopped']);
    const [{ path, step }] = stopped.checkpoints.slice(-1);
    expect(step).toBeGreaterThanOrEqual(30);
    const resumed = await train(await irisModel(), { resumeFrom: path });
    expect(resumed.phases).toEqual(['running', 'finished']);
    expect(resumed.fingerprint).toBe(straight.fingerprint);
    expect(resumed.metrics['test.loss']).toBe(straight.metrics['test.loss']);
  });

  it('goes on from the middle of an epoch with the same bits', async () => {
    const document = await irisModel({ epochs: 4, batchSize: 2 });
    const stepsPerEpoch = Math.floor(iris.schema.rows.train / 2);
    const straight = await train(document);
    const stopped = await train(document, { checkpointEverySeconds: 0 }, (event, control) => {
      if (event.kind === 'checkpoint' && event.step % stepsPerEpoch !== 0) control.stop();
    });
    const [{ path, step }] = stopped.checkpoints.slice(-1);
    expect(step % stepsPerEpoch).not.toBe(0);
    const resumed = await train(document, { resumeFrom: path });
    expect(resumed.fingerprint).toBe(straight.fingerprint);
  });

  it('streams data that may not stay on the device, with the same bits', async () => {
    const resident = await straightRun();
    const streamed = await train(await irisModel(), { residentBytes: 600 });
    expect(streamed.error).toBeUndefined();
    expect(streamed.fingerprint).toBe(resident.fingerprint);
    expect(streamed.metrics['test.loss']).toBe(resident.metrics['test.loss']);
    expect(streamed.metrics['validation.loss']).toBe(resident.metrics['validation.loss']);
  });

  it('refuses a checkpoint of other settings', async () => {
    const { checkpoints } = await train(await irisModel({ epochs: 1 }));
    const resumeFrom = checkpoints[0].path;
    await expect(train(await irisModel({ epochs: 2, seed: 7 }), { resumeFrom })).rejects.toMatchObject({
      problem: { code: 'CHECKPOINT_MISMATCH', where: 'seed' },
    });
  });

  it('names step and node when numbers stop being finite, and keeps the checkpoint before', async () => {
    const good = await train(await irisModel({ epochs: 1 }));
    const optimizer = { type: 'sgd', params: { learningRate: 1e30, momentum: 0 } };
    const { error, checkpoints } = await train(await irisModel({ optimizer, epochs: 50 }));
    expect(error).toMatchObject({ code: 'TRAIN_NON_FINITE' });
    const { where, fix } = (error as { problem: { where: string; fix: string } }).problem;
    expect(where).toMatch(/^step [23]; first in the node "(hidden-1|hidden-2|scores)"/);
    expect(fix).toContain('Lower the learning rate (it is 1e+30)');
    expect(checkpoints).toEqual([]);
    expect(good.checkpoints).toHaveLength(1);
    const { tensors } = decodeTensors(await readFile(good.checkpoints[0].path));
    for (const { data } of tensors) expect(data.every(Number.isFinite)).toBe(true);
  });

  describe('with the validation loss in view', () => {
    const settings = {
      epochs: 60,
      batchSize: 4,
      patience: 3,
      averaging: 0.5,
      optimizer: { type: 'adam', params: { learningRate: 0.05 } },
    };

    it('stops early, with the weights that were best', async () => {
      const { events, metrics, checkpoints, error } = await train(await irisModel(settings));
      expect(error).toBeUndefined();
      const validation = events.flatMap((event) =>
        event.kind === 'metrics' ? event.points.filter(({ split }) => split === 'validation') : [],
      );
      const losses = validation.map(({ values }) => values.loss);
      const best = losses.indexOf(Math.min(...losses));
      expect(losses.length).toBeLessThan(60);
      expect(best).toBe(losses.length - 1 - settings.patience);
      expect(metrics['validation.loss']).toBe(losses[best]);
      const last = checkpoints.at(-1)!;
      const { tensors } = decodeTensors(await readFile(last.path));
      const of = (name: string) => tensors.find((tensor) => tensor.name === name)?.data;
      expect(of('hidden-1.kernel')).toEqual(of('hidden-1.kernel.best')!);
      const end = events.find((event) => event.kind === 'phase' && event.phase === 'finished');
      expect(end).toMatchObject({
        message: `Stopped early, after step ${last.step}. Measured with the weights after step ${validation[best].step}, the best in validation as their running mean.`,
      });
    });

    it('goes on from a checkpoint with the same bits', async () => {
      const document = await irisModel({
        ...settings,
        schedule: { type: 'reduce-on-plateau', params: { patience: 0 } },
      });
      const straight = await train(document);
      const stopped = await train(document, { checkpointEverySeconds: 0 }, (event, control) => {
        if (event.kind === 'checkpoint' && event.step >= 30) control.stop();
      });
      expect(stopped.phases).toEqual(['running', 'stopped']);
      const resumed = await train(document, { resumeFrom: stopped.checkpoints.at(-1)!.path });
      expect(resumed.fingerprint).toBe(straight.fingerprint);
      const again = await train(document, { resumeFrom: straight.checkpoints.at(-1)!.path });
      expect(again.metrics['validation.loss']).toBe(straight.metrics['validation.loss']);
    });

    it('says so where there are no rows for validation', async () => {
      const schema = { ...iris.schema, rows: { ...iris.schema.rows, validation: 0 } };
      const refused = train(await irisModel(settings), { snapshot: { ...iris, schema } });
      await expect(refused).rejects.toMatchObject({ problem: { code: 'TRAINING_NO_VALIDATION' } });
    });
  });

  it('says that there is nothing to learn from without a loss', async () => {
    const document = await irisModel();
    const nodes = document.nodes.filter(({ id }) => id !== 'loss');
    const edges = document.edges.filter(({ to }) => to.node !== 'loss');
    await expect(train({ ...document, nodes, edges })).rejects.toMatchObject({ code: 'GRAPH_NO_LOSS' });
  });
});
