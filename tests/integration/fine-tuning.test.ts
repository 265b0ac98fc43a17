import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeTensors } from '../../engine/core/safetensors.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { StrataApp } from '../../main/app.ts';
import type { RunSummary } from '../../main/contract.ts';
import { homeOf } from '../../main/home.ts';
import { nodeHost } from '../../main/node-host.ts';
import { strata, temporaryFolder } from './strata.ts';

/** Runs that begin with the weights of others: from the settings through main and the engine to the device. */

const { folder, remove } = temporaryFolder();
const home = homeOf({ STRATA_HOME: join(folder, 'home') });
let app: StrataApp;
let model: ModelDocument;
let first: RunSummary;

beforeAll(async () => {
  app = new StrataApp(nodeHost(home.log), { home });
  const { document } = await app.templates.find('iris-mlp');
  model = { ...document, training: { ...document.training, epochs: 5, patience: 2, averaging: 0.9 } };
  first = await train(model);
}, 60_000);
afterAll(async () => {
  await app.close();
  remove();
});

/** Trains to the end, whatever that is. */
async function train(document: ModelDocument): Promise<RunSummary> {
  const ended = new Promise<RunSummary>((resolve) => {
    const end = app.subscribe({
      runChanged: (run) => {
        if (run.endedAt === null) return;
        end();
        resolve(run);
      },
    });
  });
  await app.runs.start(app.projects.create(document).id);
  return ended;
}

/** A model that begins with the first run's weights; `frozen` layers keep them. */
const fineTuned = (units: number, frozen: readonly string[] = []): ModelDocument => ({
  ...model,
  nodes: model.nodes.map((node) => ({
    ...node,
    trainable: !frozen.includes(node.id),
    ...(node.id === 'hidden-2' && { params: { ...node.params, units } }),
  })),
  training: { ...model.training, seed: 7, patience: 0, averaging: 0, initialiseFrom: { run: first.id } },
});

/** Tensors of a run's newest checkpoint by name. */
function tensorsOf(run: RunSummary): Map<string, readonly number[]> {
  const [{ path }] = app.store.artifacts.checkpoints(run.id);
  const { tensors } = decodeTensors(readFileSync(join(home.folder, path)));
  return new Map(tensors.map(({ name, data }) => [name, Array.from(data)]));
}

const WIDTH = 16;

describe('a run that begins with the weights of another', () => {
  it('keeps the frozen layers as they were there, and trains the others from there on', async () => {
    const run = await train(fineTuned(WIDTH, ['hidden-1']));
    expect(run).toMatchObject({ status: 'finished', problem: null, initial: { run: first.id, left: [] } });
    const [before, after] = [tensorsOf(first), tensorsOf(run)];
    for (const name of ['hidden-1.kernel', 'hidden-1.bias'])
      expect(after.get(name)).toEqual(before.get(name));
    expect(after.get('hidden-2.kernel')).not.toEqual(before.get('hidden-2.kernel'));
    expect([...after.keys()].filter((name) => name.startsWith('hidden-1.')).sort()).toEqual([
      'hidden-1.bias',
      'hidden-1.kernel',
    ]);
  });

  it('says what did not fit and why, now and later', async () => {
    const { id, initial } = await train(fineTuned(WIDTH + 1));
    expect(initial!.taken).toContain('hidden-1.kernel');
    expect(initial!.left.map(({ name }) => name).sort()).toEqual([
      'hidden-2.bias',
      'hidden-2.kernel',
      'scores.kernel',
    ]);
    expect(initial!.left[0].reason).toMatch(/it is .*16.* there and .*17.* here/);
    expect(app.runs.get(id).initial).toEqual(initial);
  });

  it('begins with what the other run was measured by', async () => {
    const { training } = fineTuned(WIDTH);
    const still = { type: 'sgd', params: { learningRate: 1e-30, momentum: 0 } };
    const run = await train({
      ...fineTuned(WIDTH),
      training: { ...training, epochs: 1, l2: 0, optimizer: still },
    });
    expect(run.metrics['test.loss']).toBe(first.metrics['test.loss']);
  });

  it('ends before it begins where nothing fits', async () => {
    const { nodes, edges } = model;
    const renamed = (id: string) => `other-${id}`;
    const document = {
      ...fineTuned(WIDTH),
      nodes: nodes.map((node) => ({ ...node, id: renamed(node.id) })),
      edges: edges.map(({ from, to }) => ({
        from: { ...from, node: renamed(from.node) },
        to: { ...to, node: renamed(to.node) },
      })),
    };
    await expect(train(document)).rejects.toMatchObject({
      problem: { code: 'INITIAL_NOTHING', got: expect.stringContaining('hidden-1.kernel') as unknown },
    });
  });

  it('is refused where the other run is gone or has no checkpoint', async () => {
    const training = { ...model.training, initialiseFrom: { run: 'gone' } };
    await expect(train({ ...model, training })).rejects.toMatchObject({
      problem: { code: 'RUN_MISSING', got: 'gone' },
    });
    const { id: projectId, revision } = app.projects.create(model);
    const run = { projectId, revision, dataset: 'x', datasetName: 'x', createdAt: first.createdAt };
    app.store.runs.insert({ ...run, id: 'empty' }, process.pid);
    const from = { ...model.training, initialiseFrom: { run: 'empty' } };
    await expect(train({ ...model, training: from })).rejects.toMatchObject({
      problem: { code: 'NO_CHECKPOINT', where: 'run empty' },
    });
    app.store.runs.delete('empty');
  });
});

describe('strata train --from', () => {
  it(
    'takes the weights of the run it names, says so, and forgets it the next time',
    { timeout: 60_000 },
    async () => {
      const path = join(folder, 'iris.strata.json');
      writeFileSync(path, JSON.stringify(model));
      const text = await strata(home.folder, 'train', path, '--from', first.id.slice(0, 8), '--epochs', '1');
      expect(text.stdout).toContain(`from run ${first.id}, step ${first.step}.`);
      const { code, events } = await strata(home.folder, 'train', path, '--epochs', '1', '--json');
      expect(code).toBe(0);
      expect(events.some(({ event }) => event === 'initial')).toBe(false);
      const list = await strata(home.folder, 'runs', '--json');
      expect(list.events[1]).toMatchObject({ hasCheckpoint: true, initial: { run: first.id, left: [] } });
    },
  );

  it('is no way to go on with a run', async () => {
    const { code, stderr } = await strata(home.folder, 'train', '--resume', first.id, '--from', first.id);
    expect(code).toBe(2);
    expect(stderr).toContain('leave out --from');
  });
});
