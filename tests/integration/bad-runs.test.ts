import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { StrataApp } from '../../main/app.ts';
import type { RunSummary } from '../../main/contract.ts';
import { homeOf } from '../../main/home.ts';
import { nodeHost } from '../../main/node-host.ts';
import { strata, temporaryFolder } from './strata.ts';

/** Runs that cannot go well: each ends with a problem that names the place, in the service and on the command line. */

const { folder, remove } = temporaryFolder();
const home = homeOf({ STRATA_HOME: join(folder, 'home') });
let app: StrataApp;
let model: ModelDocument;

beforeAll(async () => {
  app = new StrataApp(nodeHost(home.log), { home });
  model = (await app.templates.find('iris-mlp')).document;
});
afterAll(async () => {
  await app.close();
  remove();
});

const changed = (id: string, params: Readonly<Record<string, unknown>>): ModelDocument => ({
  ...model,
  nodes: model.nodes.map((node) => (node.id === id ? { ...node, params } : node)),
});
const trained = (training: Partial<ModelDocument['training']>): ModelDocument => ({
  ...model,
  training: { ...model.training, ...training },
});
const sgd = (learningRate: number) => ({ type: 'sgd', params: { learningRate } });

/** How a run ends: its last state, or why it did not begin. */
async function train(document: ModelDocument): Promise<Pick<RunSummary, 'status' | 'problem'>> {
  let end = () => {};
  const ended = new Promise<RunSummary>((resolve) => {
    end = app.subscribe({ runChanged: (run) => run.endedAt !== null && resolve(run) });
  });
  try {
    await app.runs.start(app.projects.create(document).id);
    return await ended;
  } finally {
    end();
  }
}

const CASES: readonly (readonly [string, () => ModelDocument, string, RegExp])[] = [
  ['shapes that do not fit', () => changed('scores', { units: 5 }), 'GRAPH_INVALID', /scores|loss/],
  ['a parameter out of range', () => changed('hidden-1', { units: 0 }), 'GRAPH_INVALID', /hidden-1/],
  [
    'a column that the data set does not have',
    () => changed('measurements', { columns: ['height'] }),
    'GRAPH_INVALID',
    /measurements/,
  ],
  ['a data set that is not there', () => ({ ...model, dataset: 'f'.repeat(64) }), 'DATASET_MISSING', /^/],
  ['a loss that is not finite', () => trained({ optimizer: sgd(1e30) }), 'TRAIN_NON_FINITE', /node "\w/],
];

describe.each(CASES)('%s', (_, document, code, where) => {
  it('is told by the service', async () => {
    const problem = await train(document()).then(
      (run) => run.problem,
      (error: { problem: RunSummary['problem'] }) => error.problem,
    );
    expect(problem).toMatchObject({ code });
    expect(problem!.where ?? '').toMatch(where);
  });

  it('is told by the command line', async () => {
    const path = join(folder, 'bad.strata.json');
    writeFileSync(path, JSON.stringify(document()));
    const { code: exit, events } = await strata(home.folder, 'train', path, '--json');
    expect(exit).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'error', code });
    expect(String(events.at(-1)!.where ?? '')).toMatch(where);
  });
});

describe('what looks wrong and is none', () => {
  it('a batch that is larger than the data set takes all its rows', async () => {
    expect(await train(trained({ batchSize: 10_000, epochs: 2 }))).toMatchObject({
      status: 'finished',
      problem: null,
    });
  });
});

describe('a checkpoint of another model', () => {
  it('is refused, with the tensor that differs', async () => {
    const finish = async (document: ModelDocument): Promise<string> => {
      await train(document);
      return app.runs.list(null)[0].id;
    };
    const [own, other] = [
      await finish(trained({ epochs: 1 })),
      await finish({ ...changed('hidden-1', { units: 9 }), training: trained({ epochs: 1 }).training }),
    ];
    const [theirs] = app.store.artifacts.checkpoints(other);
    const [mine] = app.store.artifacts.checkpoints(own);
    cpSync(join(home.folder, theirs.path), join(home.folder, mine.path));
    app.store.artifacts.saveCheckpoint(own, { ...theirs, path: mine.path });
    const { db } = app.store;
    db.prepare("UPDATE runs SET status = 'stopped' WHERE id = ?").run(own);
    await expect(app.runs.resume(own)).rejects.toMatchObject({
      problem: { code: 'CHECKPOINT_MISMATCH', where: expect.stringContaining('hidden-1') as unknown },
    });
    expect(app.runs.get(own)).toMatchObject({ status: 'failed', problem: { code: 'CHECKPOINT_MISMATCH' } });
  });
});
