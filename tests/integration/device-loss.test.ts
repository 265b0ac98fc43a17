import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Executor } from '../../engine/backends/executor.ts';
import type { CheckpointEvent, RunEvent } from '../../engine/core/run.ts';
import { importDataset } from '../../engine/data/import.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { Devices } from '../../engine/process/devices.ts';
import { Runs } from '../../engine/process/runs.ts';
import { DEFAULT_IMPORT } from '../../main/services/datasets.ts';
import { DEVICES, openDevice, type DeviceName } from '../conformance/device.ts';

/** Real runs on a real device that is taken away from them. */

let folder: string;
let dataset: string;
let document: ModelDocument;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-loss-'));
  const request = {
    ...DEFAULT_IMPORT,
    jobId: 'iris',
    source: { path: 'sample:iris' },
    name: 'iris',
    folder: join(folder, 'data'),
  };
  const signal = new AbortController().signal;
  dataset = (await importDataset(request, { onProgress: () => {}, signal })).folder;
  const text = await readFile(new URL('../../templates/iris-mlp/graph.strata.json', import.meta.url), 'utf8');
  const model = parseDocument(text);
  document = { ...model, training: { ...model.training, epochs: 30 } };
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly events: readonly RunEvent[];
  readonly last: CheckpointEvent | undefined;
  readonly opened: number;
}

/** Trains to the end on devices of a kind; `watch` sees every event and may close the device of the moment. */
async function train(
  name: DeviceName,
  runId: string,
  watch: (event: RunEvent, device: Executor) => void,
): Promise<Ended> {
  const opened: Executor[] = [];
  const events: RunEvent[] = [];
  const devices = new Devices(async () => {
    const executor = await openDevice(name);
    opened.push(executor);
    return executor;
  });
  await new Promise<void>((resolve, reject) => {
    const runs = new Runs(devices, (event) => {
      events.push(event);
      watch(event, opened[opened.length - 1]);
      if (event.kind === 'phase' && ['finished', 'failed', 'stopped'].includes(event.phase)) resolve();
    });
    // Every epoch and every moment between ends with a checkpoint.
    const request = { runId, document, dataset, checkpoints: join(folder, runId), checkpointEverySeconds: 0 };
    runs.start(request).catch(reject);
  });
  await opened.at(-1)!.close();
  const checkpoints = events.filter((event) => event.kind === 'checkpoint');
  return { events, last: checkpoints.at(-1), opened: opened.length };
}

const phases = (events: readonly RunEvent[]) => events.filter((event) => event.kind === 'phase');

describe.each(DEVICES)('a run that loses its device on %s', (name) => {
  it('goes on from its last checkpoint, several times, and ends with the very same bits', async () => {
    const undisturbed = await train(name, `straight ${name}`, () => {});
    const losses = [2, 3, 5];
    let checkpoints = 0;
    const disturbed = await train(name, `disturbed ${name}`, (event, device) => {
      if (event.kind === 'checkpoint' && losses.includes(++checkpoints)) void device.close();
    });
    const [first, ...more] = undisturbed.events.filter((event) => event.kind === 'compiling');
    expect(first).toMatchObject({ done: 0 });
    expect(more.at(-1)).toMatchObject({ done: first.total, total: first.total });
    expect(disturbed.opened).toBe(1 + losses.length);
    expect(undisturbed.last?.step).toBeGreaterThan(0);
    expect(disturbed.last).toMatchObject({ step: undisturbed.last!.step, sha256: undisturbed.last!.sha256 });
    const told = phases(disturbed.events).filter(({ problem }) => problem);
    expect(told).toHaveLength(losses.length);
    for (const event of told) {
      expect(event).toMatchObject({ phase: 'preparing', problem: { code: 'DEVICE_LOST' } });
      expect(event.message).toContain('from the last checkpoint');
    }
    expect(phases(disturbed.events).at(-1)).toMatchObject({ phase: 'finished' });
  });

  it('begins again where there is no checkpoint yet', async () => {
    let lost = false;
    const { events, opened } = await train(name, `early ${name}`, (event, device) => {
      if (lost || event.kind !== 'device') return;
      lost = true;
      void device.close();
    });
    expect(opened).toBe(2);
    const [told] = phases(events).filter(({ problem }) => problem);
    expect(told.message).toContain('from the beginning');
    expect(phases(events).at(-1)).toMatchObject({ phase: 'finished' });
  });

  it('gives up when the device is lost over and over', async () => {
    const { events, opened } = await train(name, `hopeless ${name}`, (event, device) => {
      if (event.kind === 'phase' && event.phase === 'running') void device.close();
    });
    expect(opened).toBe(4);
    expect(phases(events).at(-1)).toMatchObject({ phase: 'failed', problem: { code: 'DEVICE_LOST' } });
  });
});
