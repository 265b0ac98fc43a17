// Forecasts of series beside the simplest one, that nothing changes: `next value = last value`, on the very same windows of the test part.
//
//   npx node tests/bench/forecasts.ts [set…]     needs the shared data sets
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnapshot } from '../../engine/data/snapshots/snapshot.ts';
import { blockGraph, line } from '../../engine/graph/block.ts';
import { DEFAULT_TRAINING, emptyDocument } from '../../engine/graph/document.ts';
import { serialiseDocument } from '../../engine/graph/serialise.ts';
import { SHARED_DATA } from '../harness/shared-data.ts';
import { strata, type Outcome } from '../integration/strata.ts';

interface Series {
  readonly path: string;
  readonly windows?: string;
  /** More options of the import. */
  readonly options?: readonly string[];
  /** What the recurrent model sees; everything where absent. */
  readonly columns?: readonly string[];
  /** Passes of the recurrent model over the training windows. */
  readonly epochs: number;
}

const SETS: Readonly<Record<string, Series>> = {
  airline: { path: 'timeseries/airline-passengers.csv', epochs: 200 },
  temperatures: { path: 'timeseries/daily-min-temperatures.csv', epochs: 20 },
  sunspots: { path: 'timeseries/monthly-sunspots.csv', epochs: 40 },
  ETTh1: { path: 'etth1/ETTh1.csv.gz', epochs: 10 },
  'ETTh1, own past and time of day': {
    path: 'etth1/ETTh1.csv.gz',
    options: [
      '--role',
      'date=input',
      '--column',
      'date.elapsed=false',
      'date.hour=true',
      'date.weekday=false',
      'date.month=false',
    ],
    columns: ['date', 'OT'],
    epochs: 10,
  },
  'ETTh1, a day ahead': { path: 'etth1/ETTh1.csv.gz', windows: 'length=96,horizon=24', epochs: 0 },
};
const SEEDS = [1, 2, 3];

interface Errors {
  readonly rmse: number;
  readonly mae: number;
}

const home = mkdtempSync(join(tmpdir(), 'strata-forecasts-'));
try {
  console.log(
    `${cpus().length} × ${cpus()[0].model}; the processor computes; the mean of ${SEEDS.length} seeds\n`,
  );
  const asked = process.argv.slice(2);
  for (const name of asked.length > 0 ? asked : Object.keys(SETS)) await compare(name, SETS[name]);
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function compare(
  name: string,
  { path, windows, options = [], columns, epochs }: Series,
): Promise<void> {
  const imported = await command(
    'import',
    join(SHARED_DATA, path),
    '--window',
    ...(windows ? [windows] : []),
    ...options,
  );
  const hash = String(imported.hash);
  const { errors, target, count } = await unchanged(join(home, 'datasets', hash));
  console.log(`${name}: ${count} windows in the test part`);
  report('last value', [errors]);
  report('as it starts', await trained('--data', hash));
  if (epochs > 0) report('GRU', await trained(recurrent(target, columns ?? [], epochs), '--data', hash));
}

/** The forecast that the last value stays. */
async function unchanged(
  folder: string,
): Promise<{ readonly errors: Errors; readonly target: string; readonly count: number }> {
  const snapshot = await openSnapshot(folder);
  const { columns, rows } = snapshot.schema;
  const { name, follows } = columns.find(({ role }) => role === 'target')!;
  const [next, past] = await Promise.all(
    [name, follows!].map((column) => snapshot.read('test', column, 0, rows.test)),
  );
  await snapshot.close();
  const [horizon, length] = [next.length / rows.test, past.length / rows.test];
  const differences = Array.from(
    next,
    (value, at) => value - past[(Math.floor(at / horizon) + 1) * length - 1],
  );
  const mean = (of: (difference: number) => number): number =>
    differences.reduce((sum, difference) => sum + of(difference), 0) / differences.length;
  const errors = { rmse: Math.sqrt(mean((difference) => difference ** 2)), mae: mean(Math.abs) };
  return { errors, target: follows!, count: rows.test };
}

/** A recurrent network that says what changes. */
function recurrent(target: string, columns: readonly string[], epochs: number): string {
  const layers = {
    series: ['input', { columns }],
    memory: ['gru', { units: 32 }],
    change: ['dense', { units: 1 }],
    past: ['input', { columns: [target] }],
    last: 'take-step',
    next: 'add',
    loss: 'mse',
  } as const;
  const wires = [
    ...line('series', 'memory', 'change'),
    ...line('past', 'last'),
    'last → next.inputs',
    'change → next.inputs',
    'next → loss.prediction',
  ];
  const training = { ...DEFAULT_TRAINING, epochs, patience: Math.max(3, epochs / 5) };
  const file = join(home, 'gru.strata.json');
  writeFileSync(file, serialiseDocument({ ...emptyDocument('GRU'), ...blockGraph(layers, wires), training }));
  return file;
}

async function trained(...words: string[]): Promise<Errors[]> {
  const found: Errors[] = [];
  for (const seed of SEEDS) {
    const { metrics } = await command('train', ...words, '--seed', String(seed), '--device', 'cpu');
    const values = metrics as Record<string, number>;
    found.push({ rmse: values['test.rmse'], mae: values['test.mae'] });
  }
  return found;
}

function report(model: string, found: readonly Errors[]): void {
  const mean = (of: keyof Errors): string =>
    (found.reduce((sum, errors) => sum + errors[of], 0) / found.length).toPrecision(4);
  console.log(`  ${model.padEnd(14)} RMSE ${mean('rmse').padEnd(7)} MAE ${mean('mae')}`);
}

/** Runs the command line; what its last line says. */
async function command(...words: string[]): Promise<Outcome['events'][number]> {
  const { code, events, stderr } = await strata(home, ...words, '--json');
  if (code !== 0) throw new Error(`strata ${words.join(' ')}: ${stderr}`);
  return events.at(-1)!;
}
