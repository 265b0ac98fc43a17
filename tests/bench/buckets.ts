// `node tests/bench/buckets.ts`: training steps a second of a small Transformer with and without buckets of length, on a table of
// texts of which most are short. The processor computes; both take turns, and the best of each counts.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from '../../engine/graph/parse.ts';
import { checkpointFiles } from '../../engine/process/checkpoint-files.ts';
import { createCpuExecutor } from '../../engine/process/cpu.ts';
import { Control } from '../../engine/train/control.ts';
import { Training } from '../../engine/train/loop.ts';
import { openSnapshot } from '../../engine/data/snapshots/snapshot.ts';
import { ImportFolder } from '../harness/import.ts';
import { model, table } from '../harness/tokens.ts';

const LENGTH = 64;
const ROWS = 2000;
const TURNS = 3;
const BUCKETS = [1, 2, 4, 8];

/** Lengths are exponential: half of the texts have fewer than 12 words. */
function texts(): number[][] {
  return Array.from({ length: ROWS }, (_, row) => {
    const share = ((row * 7919) % ROWS) / ROWS;
    const length = Math.min(LENGTH, 2 + Math.round(-14 * Math.log(1 - share)));
    return Array.from({ length: LENGTH }, (_, at) => (at < length ? 1 + ((row * 31 + at * 17) % 15) : 0));
  });
}

const files = await ImportFolder.create();
const { folder } = await files.import(await files.write('texts.csv', table(texts())), { normalise: false });
const snapshot = await openSnapshot(folder);
const executor = createCpuExecutor();

async function stepsPerSecond(buckets: number): Promise<number> {
  const training = { ...model.training, epochs: 10, batchSize: 16, buckets };
  let [begun, steps] = [0, 0];
  const run = await Training.prepare({
    runId: 'bench',
    document: parseDocument({ ...model, training }),
    snapshot,
    executor,
    store: checkpointFiles(join(files.path, 'checkpoints')),
    checkpointEverySeconds: 60,
    control: new Control(),
    emit: (event) => {
      if (event.kind === 'phase' && event.phase === 'running') begun = performance.now();
      if (event.kind === 'result') steps = event.steps;
    },
  });
  await run.run();
  await rm(join(files.path, 'checkpoints'), { recursive: true });
  return (1000 * steps) / (performance.now() - begun);
}

const best = new Map(BUCKETS.map((buckets) => [buckets, 0]));
for (let turn = 0; turn < TURNS; turn++) {
  for (const buckets of BUCKETS)
    best.set(buckets, Math.max(best.get(buckets)!, await stepsPerSecond(buckets)));
}
for (const [buckets, speed] of best)
  console.log(
    `${buckets} bucket${buckets === 1 ? ' ' : 's'}: ${speed.toFixed(0)} steps/s, evaluation included`,
  );
await executor.close();
await snapshot.close();
await files.remove();
