import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSnapshot, type Snapshot } from '../../engine/data/snapshots/snapshot.ts';
import type { ModelDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { checkpointFiles } from '../../engine/process/checkpoint-files.ts';
import { device } from '../conformance/device.ts';
import { ImportFolder } from '../harness/import.ts';
import { steeredRun } from '../harness/steered-run.ts';

/**
 * A device that has less memory than a model wants, and says so only when it is asked for it. The system is told to give this process,
 * in which the software adapter computes, no more than so many bytes. No step is taken: memory that is only asked for costs nothing.
 */

const PRLIMIT = '/usr/bin/prlimit';

let files: ImportFolder;
let snapshot: Snapshot;
let peak: number;

beforeAll(async () => {
  files = await ImportFolder.create();
  const rows = Array.from({ length: 1200 }, (_, at) => `${at / 8},${'ab'[at % 2]}`);
  const path = await files.write('rows.csv', ['x,class', ...rows].join('\n'));
  const { folder } = await files.import(path, {
    columns: [
      { name: 'x', kind: 'number', role: 'input' },
      { name: 'class', kind: 'category', role: 'target' },
    ],
  });
  snapshot = await openSnapshot(folder);
  peak = (await prepare(deep)).device!.peakBytes;
});
afterAll(async () => {
  await snapshot.close();
  await files.remove();
});

/** A wide layer, and so many that keep as much as it for the backward pass. */
function wide(count: number): ModelDocument {
  const nodes = [
    { id: 'input', type: 'input' },
    { id: 'wide', type: 'dense', params: { units: 65_536 } },
    ...Array.from({ length: count }, (_, at) => [
      { id: `norm-${at}`, type: 'layer-norm' },
      { id: `gelu-${at}`, type: 'gelu' },
    ]).flat(),
    { id: 'scores', type: 'dense', params: { units: 2 } },
    { id: 'loss', type: 'cross-entropy' },
  ];
  const edges = nodes.slice(1).map(({ id }, at) => ({
    from: { node: nodes[at].id, port: 'output' },
    to: { node: id, port: id === 'loss' ? 'prediction' : 'input' },
  }));
  const training = { optimizer: { type: 'sgd', params: {} }, epochs: 1, batchSize: 720, seed: 1, l2: 0 };
  return parseDocument({ format: 'strata', version: 1, name: 'wide', nodes, edges, training });
}
const deep = wide(5);

/** Prepares a run and stops it before its first step. */
async function prepare(document: ModelDocument) {
  const executor = await device('WebGPU');
  const store = checkpointFiles(join(files.path, 'run'));
  const { events } = await steeredRun({ document, snapshot, executor, store }, (event, control) => {
    if (event.kind === 'device') control.stop();
  });
  return {
    device: events.find((event) => event.kind === 'device'),
    messages: events.flatMap((event) => (event.kind === 'phase' && event.message ? [event.message] : [])),
  };
}

/** Does something while this process may have only so many more bytes. */
async function withRoom<T>(bytes: number, work: () => Promise<T>): Promise<T> {
  const used = 1024 * Number(/VmData:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
  const limit = (soft: number | string) =>
    execFileSync(PRLIMIT, ['--pid', String(process.pid), `--data=${soft}:`]);
  limit(used + Math.floor(bytes));
  try {
    return await work();
  } finally {
    limit('unlimited');
  }
}

describe.runIf(existsSync(PRLIMIT))(
  'a model for which the device has no memory (where the system has prlimit)',
  () => {
    it('is computed again in parts, so that it fits after all', async () => {
      const { device, messages } = await withRoom(0.85 * peak, () => prepare(deep));
      expect(device!.peakBytes).toBeLessThan((2 / 3) * peak);
      expect(messages).toEqual([expect.stringMatching(/^Recomputes \d+ nodes to fit into/)]);
    });

    it('is refused with its largest nodes where that is still too much', async () => {
      const refused = withRoom(0.2 * peak, () => prepare(deep));
      await expect(refused).rejects.toMatchObject({
        problem: {
          code: 'DEVICE_MEMORY',
          where: expect.stringMatching(/^most of it in .*norm-\d/) as unknown,
        },
      });
    });

    it('is refused with a batch size that fits where nothing can be computed again', async () => {
      const refused = withRoom(0.05 * peak, () => prepare(wide(0)));
      await expect(refused).rejects.toMatchObject({
        problem: {
          code: 'DEVICE_MEMORY',
          where: expect.stringMatching(/^most of it in .*wide/) as unknown,
          fix: expect.stringMatching(/batch size to \d+ or less/) as unknown,
        },
      });
    });
  },
);
