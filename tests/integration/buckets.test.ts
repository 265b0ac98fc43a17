import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import { bindColumns } from '../../engine/core/binding.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import { decodeTensors } from '../../engine/core/safetensors.ts';
import { loadRows } from '../../engine/data/snapshots/batches.ts';
import { openSnapshot, type Snapshot } from '../../engine/data/snapshots/snapshot.ts';
import type { ModelDocument, TrainingSettings } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { checkpointFiles } from '../../engine/process/checkpoint-files.ts';
import { planBuckets } from '../../engine/train/buckets.ts';
import { initialValues } from '../../engine/train/initial.ts';
import { bucketsFor, trainingSpec } from '../../engine/train/fit.ts';
import type { TrainingParts } from '../../engine/train/prepare.ts';
import { buildTraining, trainProgram } from '../../engine/train/step.ts';
import { DEVICES, device } from '../conformance/device.ts';
import { ImportFolder } from '../harness/import.ts';
import { LENGTH, model, table, texts } from '../harness/tokens.ts';
import { steeredRun, type Steer, type SteeredRun } from '../harness/steered-run.ts';

/** Sequences in buckets of length: the same model as without, in less time, and as reproducible. */

let files: ImportFolder;
let data: Snapshot;

beforeAll(async () => {
  files = await ImportFolder.create();
  const path = await files.write('texts.csv', table(texts(200)));
  data = await openSnapshot((await files.import(path, { normalise: false })).folder);
});
afterAll(async () => {
  await data.close();
  await files.remove();
});

type Change = Partial<Pick<ModelDocument, 'nodes' | 'edges'>> & {
  readonly training?: Partial<TrainingSettings>;
};

const documentOf = ({ training, ...parts }: Change = {}): ModelDocument =>
  parseDocument({
    ...model,
    ...parts,
    training: { ...model.training, epochs: 3, batchSize: 8, buckets: 4, ...training },
  });

const tokens = () => bindColumns(data.schema, [], 'input', 'indices');

/** Length of each text of a split, counted here. */
async function lengthsOf(split: 'train' | 'validation' | 'test'): Promise<number[]> {
  const values = await loadRows(data, split, tokens(), 0, data.schema.rows[split]);
  return Array.from({ length: values.length / LENGTH }, (_, row) => {
    const words = [...values.subarray(row * LENGTH, (row + 1) * LENGTH)];
    return words.findLastIndex((word) => word !== 0) + 1;
  });
}

describe('buckets', () => {
  const plan = (buckets: number, batch: number, padding = 0) =>
    planBuckets(data, [tokens()], { buckets, batch, padding });

  it('are as long as their longest rows, in steps of 4, and every row is in the first that it fits into', async () => {
    const { cuts, bucketOf } = (await plan(4, 8))!;
    expect(cuts).toEqual([{ [LENGTH]: 4 }, { [LENGTH]: LENGTH }]);
    for (const split of ['train', 'validation', 'test'] as const)
      expect([...bucketOf[split]]).toEqual((await lengthsOf(split)).map((length) => Number(length > 4)));
  });

  it('are none where nothing is gained: one bucket, no padding, or no sequences', async () => {
    expect(await plan(1, 8)).toBeUndefined();
    expect(await plan(4, 8, 15)).toBeUndefined();
    expect(await planBuckets(data, [], { buckets: 4, batch: 8, padding: 0 })).toBeUndefined();
  });

  it('have a batch of training rows at least', async () => {
    const short = (await lengthsOf('train')).filter((length) => length <= 4).length;
    expect((await plan(4, short))!.cuts).toHaveLength(2);
    expect(await plan(4, short + 1)).toBeUndefined();
  });
});

describe('a model in buckets', () => {
  it('is the same model: per row the same loss and the same step of every weight, in float64', async () => {
    const training = { batchSize: 1, optimizer: { type: 'sgd', params: { learningRate: 0.5 } } };
    const nodes = documentOf().nodes.map((node) =>
      node.id === 'attention' ? { ...node, params: { ...node.params, dropout: 0 } } : node,
    );
    const document = documentOf({ nodes, training });
    const spec = trainingSpec({
      document,
      schema: data.schema,
      device: (await device('the processor')).device,
      buckets: await bucketsFor(document, data),
    });
    const { module } = buildTraining(spec);
    const whole = buildTraining({ ...spec, buckets: undefined }).module.programs[0];
    const rows = Array.from({ length: 30 }, (_, row) => row);
    const given: Readonly<Record<string, ArrayLike<number>>> = {
      'data.train.input as indices': await loadRows(data, 'train', tokens(), 0, spec.train.rows),
      'data.train.target': await loadRows(
        data,
        'train',
        bindColumns(data.schema, [], 'target'),
        0,
        spec.train.rows,
      ),
      'data.train.order': Array.from({ length: spec.train.rows + 1 }, (_, row) => row),
      'learning-rate': [0.5],
    };
    const states = new Map(
      module.states.map((state): [string, NdArray] => {
        const { dtype, shape } = state.type;
        return [state.name, ndarray(dtype, shape, given[state.name] ?? initialValues(state, 3))];
      }),
    );
    const lengths = await lengthsOf('train');
    expect(new Set(rows.map((row) => lengths[row] > 4)).size).toBe(2);
    for (const row of rows) {
      const name = trainProgram(spec.buckets!.cuts[spec.buckets!.bucketOf.train[row]]);
      const cut = module.programs.find((program) => program.name === name)!;
      const at = new Map([...states, ['step', ndarray('u32', [], [row])] as const]);
      const [expected, got] = [whole, cut].map((program) => interpret(program, at).writes);
      expect([...got.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [state, { data: values }] of expected) {
        const theirs = got.get(state)!.data;
        values.forEach((value, index) =>
          expect(theirs[index], `${state} of row ${row}`).toBeCloseTo(value, 12),
        );
      }
    }
  });

  it.each(DEVICES)('gives all rows of a split the same measures as without, on %s', async (name) => {
    const executor = await device(name);
    const still = { epochs: 1, optimizer: { type: 'sgd', params: { learningRate: 1e-30, momentum: 0 } } };
    const cut = await train(documentOf({ training: still }), { executor });
    const whole = await train(documentOf({ training: { ...still, buckets: 1 } }), { executor });
    for (const name of ['validation.loss', 'test.loss'])
      expect(cut.metrics[name]).toBeCloseTo(whole.metrics[name], 5);
    expect(cut.metrics['validation.accuracy']).toBe(whole.metrics['validation.accuracy']);
  });
});

let runs = 0;

async function train(
  document: ModelDocument,
  given: Partial<TrainingParts> = {},
  steer: Steer = () => {},
): Promise<SteeredRun> {
  const executor = await device('the processor');
  const store = checkpointFiles(join(files.path, `run-${++runs}`));
  const run = await steeredRun({ document, snapshot: data, executor, store, ...given }, steer);
  expect(run.error).toBeUndefined();
  return run;
}

describe('a run in buckets', () => {
  it('ends with the same bits when it is repeated, streamed, or stopped and gone on with', async () => {
    const document = documentOf();
    const straight = await train(document);
    expect((await train(document)).fingerprint).toBe(straight.fingerprint);
    const streamed = await train(document, { residentBytes: 2000 });
    expect(streamed.fingerprint).toBe(straight.fingerprint);
    expect(streamed.metrics).toEqual(straight.metrics);
    const stopped = await train(document, { checkpointEverySeconds: 0 }, (event, control) => {
      if (event.kind === 'checkpoint' && event.step % 7 === 0) control.stop();
    });
    const [{ path, step }] = stopped.checkpoints.slice(-1);
    expect(step).toBeLessThan(straight.checkpoints.at(-1)!.step);
    const resumed = await train(document, { resumeFrom: path });
    expect(resumed.fingerprint).toBe(straight.fingerprint);
    expect(resumed.metrics['test.loss']).toBe(straight.metrics['test.loss']);
  });

  it('trains one table of learned positions, of which short sequences use the beginning', async () => {
    const nodes = documentOf().nodes.map((node) =>
      node.id === 'positions' ? { ...node, params: { kind: 'learned' } } : node,
    );
    const { checkpoints } = await train(documentOf({ nodes }));
    const { tensors } = decodeTensors(await readFile(checkpoints.at(-1)!.path));
    expect(tensors.find(({ name }) => name === 'positions.table')?.shape).toEqual([LENGTH, 16]);
  });

  it('does not go on from a checkpoint of a run without', async () => {
    const { checkpoints } = await train(documentOf({ training: { buckets: 1, epochs: 1 } }));
    const resumed = train(documentOf(), { resumeFrom: checkpoints[0].path });
    await expect(resumed).rejects.toMatchObject({
      problem: { code: 'CHECKPOINT_MISMATCH', where: 'length buckets' },
    });
  });

  const wire = (from: string, to: string, port = 'input') => ({
    from: { node: from, port: 'output' },
    to: { node: to, port },
  });
  /** Scores from a layer that is put between the words and the last layer. */
  const through = (type: string, params: Readonly<Record<string, unknown>>): Change => ({
    nodes: documentOf()
      .nodes.filter(({ id }) => ['tokens', 'words', 'scores', 'loss'].includes(id))
      .concat({ id: 'between', type, params, trainable: true }),
    edges: [
      wire('tokens', 'words'),
      wire('words', 'between'),
      wire('between', 'scores'),
      wire('scores', 'loss', 'prediction'),
    ],
  });

  it('is refused where weights are made for one length, with the layer’s name', async () => {
    await expect(train(documentOf(through('flatten', {})))).rejects.toMatchObject({
      problem: {
        code: 'WEIGHT_LENGTH',
        where: 'node scores, weight "kernel"',
        expected: '128 × 2, as for the full length',
      },
    });
  });

  it('is refused where a layer does not take shorter sequences, with its name', async () => {
    const reshape = through('reshape', { shape: [LENGTH * 16] });
    await expect(train(documentOf(reshape))).rejects.toMatchObject({
      problem: { code: 'BUCKET_INVALID', where: expect.stringContaining('node between') as unknown },
    });
  });
});
