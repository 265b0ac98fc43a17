import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { targetOf } from '../../engine/backends/target.ts';
import type { DeviceInfo } from '../../engine/core/device.ts';
import type { RunEvent } from '../../engine/core/run.ts';
import { atOnce } from '../../engine/core/turns.ts';
import { importDataset } from '../../engine/data/import.ts';
import { openSnapshot } from '../../engine/data/snapshots/snapshot.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { serialiseDocument } from '../../engine/graph/serialise.ts';
import { Devices } from '../../engine/process/devices.ts';
import type { TrainRequest } from '../../engine/process/protocol.ts';
import { Runs } from '../../engine/process/runs.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import { fitTraining } from '../../engine/train/fit.ts';
import { DEFAULT_IMPORT } from '../../main/services/datasets.ts';
import { device, type DeviceName } from '../conformance/device.ts';
import { startFile, temporaryFolder } from './strata.ts';

/** Tiles are timed on the software adapter, kept in a file, and used by the runs that follow. */

const { folder, remove } = temporaryFolder();
const timed = join(folder, 'tiles.json');
const FORWARD = '16 × 3, sum of 4';
const GRADIENT = '4 × 3, sum of 16';
let dataset: string;
let first: Ended;

beforeAll(async () => {
  const request = { ...DEFAULT_IMPORT, jobId: 'iris', source: { path: 'sample:iris' }, name: 'iris', folder };
  const signal = new AbortController().signal;
  dataset = (await importDataset(request, { onProgress: () => {}, signal })).folder;
  first = await train({ tileFile: timed, autotune: true });
});
afterAll(remove);

const wire = (from: string, to: string, port: string) => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});
const document = parseDocument({
  format: 'strata',
  version: 1,
  name: 'linear',
  nodes: [
    { id: 'input', type: 'input' },
    { id: 'scores', type: 'dense', params: { units: 3 } },
    { id: 'loss', type: 'cross-entropy' },
  ],
  edges: [wire('input', 'scores', 'input'), wire('scores', 'loss', 'prediction')],
  training: { optimizer: { type: 'adam', params: {} }, epochs: 2, batchSize: 16, seed: 1, l2: 0 },
});

interface Ended {
  readonly events: readonly RunEvent[];
  readonly phase: string | undefined;
  readonly tiles: Readonly<Record<string, string>> | undefined;
  /** SHA-256 of the last checkpoint. */
  readonly bits: string | undefined;
}

let runs = 0;

async function train(
  given: Partial<TrainRequest>,
  watch: (event: RunEvent, all: Runs) => void = () => {},
  on: DeviceName = 'WebGPU',
): Promise<Ended> {
  const runId = `run-${++runs}`;
  const events: RunEvent[] = [];
  const all = new Runs(new Devices(() => device(on)), (event) => {
    events.push(event);
    watch(event, all);
  });
  const checkpoints = join(folder, runId);
  await all.start({ runId, document, dataset, checkpoints, checkpointEverySeconds: 60, ...given });
  const over = new Set(['finished', 'stopped', 'failed']);
  const ended = () => events.findLast((event) => event.kind === 'phase' && over.has(event.phase));
  await vi.waitUntil(ended, { timeout: 30_000 });
  const last = ended();
  return {
    events,
    phase: last?.kind === 'phase' ? last.phase : undefined,
    tiles: events.find((event) => event.kind === 'device')?.device.tiles,
    bits: events.findLast((event) => event.kind === 'checkpoint')?.sha256,
  };
}

const tuning = ({ events }: Ended) => events.filter((event) => event.kind === 'tuning');
const table = async (file: string) =>
  JSON.parse(await readFile(file, 'utf8')) as { adapters: Record<string, Record<string, string>> };

it('times every matrix product of a model, tells of each, and keeps what won by the adapter', async () => {
  expect(first.phase).toBe('finished');
  const [begin, ...told] = tuning(first);
  expect(begin).toMatchObject({ done: 0, total: 2 });
  expect(told.map(({ done }) => done)).toEqual([1, 2]);
  expect(told.map(({ result }) => result?.problem).sort()).toEqual([FORWARD, GRADIENT]);
  for (const { result } of told) expect(result?.gain).toBeGreaterThanOrEqual(1);
  const won = Object.fromEntries(told.map(({ result }) => [result?.problem, result?.tile]));
  expect(first.tiles).toEqual(won);
  const [[adapter, tiles], ...others] = Object.entries((await table(timed)).adapters);
  expect(others).toEqual([]);
  expect(adapter).toMatch(/swiftshader.+driver/i);
  expect(tiles).toEqual(won);
});

it('uses what was timed in every later run, with the same bits', async () => {
  for (const autotune of [false, true]) {
    const again = await train({ tileFile: timed, autotune });
    expect(tuning(again)).toEqual([]);
    expect(again.tiles).toEqual(first.tiles);
    expect(again.bits).toBe(first.bits);
  }
});

it('writes kernels with the tiles that it is told, and by the table where the name is of no tile', async () => {
  const { device: info } = await device('WebGPU');
  const snapshot = await openSnapshot(dataset);
  const options = { document, schema: snapshot.schema, device: info };
  const { kernels, plan, training } = atOnce(fitTraining(options));
  await snapshot.close();
  expect(kernels.filter(({ work }) => work.kind === 'contract').length).toBeGreaterThanOrEqual(2);
  const codeWith = (tile: string) => {
    const target = targetOf({ ...info, tiles: { [FORWARD]: tile } });
    return compileModule(training.module, { target }).kernels.map(({ code }) => code);
  };
  const codes = plan.kernels.map(({ code }) => code);
  expect(codeWith('1000 × 1000')).toEqual(codes);
  const wide = codeWith('8 × 4 shared, 16 invocations');
  const tall = codeWith('4 × 8 shared, 16 invocations');
  expect(wide).not.toEqual(tall);
});

it('goes on with the tiles that a run began with, whatever was timed since', async () => {
  const began = { [FORWARD]: '4 × 8 shared, 16 invocations' };
  const straight = await train({ tileFile: timed, tiles: began });
  expect(straight.tiles).toEqual(began);
  let path: string | undefined;
  await train({ tileFile: timed, tiles: began, checkpointEverySeconds: 0 }, (event, all) => {
    if (event.kind !== 'checkpoint') return;
    path = event.path;
    all.control(event.runId).stop();
  });
  const resumed = await train({ tileFile: timed, tiles: began, autotune: true, resumeFrom: path });
  expect(tuning(resumed)).toEqual([]);
  expect(resumed.tiles).toEqual(began);
  expect(resumed.bits).toBe(straight.bits);
});

it('ends when it is stopped while tiles are timed, and keeps those that were', async () => {
  const file = join(folder, 'stopped.json');
  const stopped = await train({ tileFile: file, autotune: true }, (event, all) => {
    if (event.kind === 'tuning' && event.done === 1) all.control(event.runId).stop();
  });
  expect(stopped.phase).toBe('stopped');
  expect(tuning(stopped)).toHaveLength(2);
  expect(stopped.events.some(({ kind }) => kind === 'compiling' || kind === 'device')).toBe(false);
  const [tiles] = Object.values((await table(file)).adapters);
  expect(Object.keys(tiles)).toEqual([tuning(stopped)[1].result?.problem]);
});

it('trains without tiles where their file is damaged, and times them all where it cannot be written either', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const file = join(folder, 'damaged.json');
  await writeFile(file, '{"version": 1, "adapters": {"google');
  const without = await train({ tileFile: file });
  expect(without).toMatchObject({ phase: 'finished', tiles: undefined });
  const place = join(folder, 'taken');
  await mkdir(place);
  const timedThere = await train({ tileFile: place, autotune: true });
  expect(timedThere.phase).toBe('finished');
  expect(Object.keys(timedThere.tiles ?? {}).sort()).toEqual([FORWARD, GRADIENT]);
  expect(log).toHaveBeenCalledTimes(4);
  log.mockRestore();
});

it('times nothing on the processor, which has no tiles', async () => {
  const file = join(folder, 'processor.json');
  const ended = await train({ tileFile: file, autotune: true }, () => {}, 'the processor');
  expect(ended.phase).toBe('finished');
  expect(tuning(ended)).toEqual([]);
  expect(ended.tiles).toBeUndefined();
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

it('is an option of the command line, whose runs record their tiles and go on with them', async () => {
  const home = join(folder, 'home');
  const model = join(folder, 'linear.strata.json');
  await writeFile(model, serialiseDocument({ ...document, dataset: 'sample:iris' }));
  const strata = (...parameters: string[]) =>
    startFile('main/cli/strata.ts', home, parameters, { STRATA_DEVICE: 'gpu' }).outcome;
  const { code, stdout } = await strata('train', model, '--autotune');
  expect(code).toBe(0);
  expect(stdout).toContain('Timing kernel tiles for 2 matrix products …');
  expect(stdout).toMatch(
    new RegExp(`${FORWARD}: .+ invocations \\((as in the table|[\\d.]+ × as fast as .+)\\)`),
  );
  const kept = Object.values((await table(join(home, 'tiles.json'))).adapters);
  const { events } = await strata('runs', '--json');
  expect(kept).toEqual([(events[0].device as DeviceInfo).tiles]);
  const both = await strata('train', '--resume', String(events[0].id), '--autotune');
  expect(both.code).toBe(2);
  expect(both.stderr).toContain('leave out --autotune');
});
