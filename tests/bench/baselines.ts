// What a person gets who does nothing but choose data and press Train, beside scikit-learn's standard models on the very same rows.
//
//   npx node tests/bench/baselines.ts [set…]     needs the shared data sets, and a python3 with scikit-learn (PYTHON names it)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHARED_DATA } from '../harness/shared-data.ts';
import { strata, type Outcome } from '../integration/strata.ts';

const SETS: Readonly<Record<string, readonly string[]>> = {
  iris: ['sklearn-tabular/iris.csv'],
  wine: ['sklearn-tabular/wine_data.csv'],
  'breast cancer': ['sklearn-tabular/breast_cancer.csv'],
  penguins: ['penguins/penguins.csv'],
  titanic: ['titanic/titanic_kaggle_train.csv'],
  'california housing': ['california-housing/housing.csv.gz', '--target', 'median_house_value'],
  'sms spam': ['sms-spam/SMSSpamCollection'],
  pneumoniamnist: ['pneumoniamnist/pneumoniamnist.npz'],
};
/** Small test parts say little: rows are divided anew for each of these seeds. */
const SEEDS = [1, 2, 3, 4, 5];
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';

interface Baselines {
  readonly scores: Readonly<Record<string, number>>;
  /** Of the test part's target. */
  readonly variance: number;
}

const home = mkdtempSync(join(tmpdir(), 'strata-baselines-'));
try {
  console.log(
    `${cpus().length} × ${cpus()[0].model}; the processor computes; ${SEEDS.length} divisions of the rows`,
  );
  console.log(
    'Score on the test part: accuracy, or R² where a number is predicted; mean (lowest … highest)\n',
  );
  for (const name of chosenSets()) await compare(name, SETS[name]);
} finally {
  rmSync(home, { recursive: true, force: true });
}

function chosenSets(): string[] {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in SETS));
  if (unknown !== undefined) throw new Error(`There is no set "${unknown}": ${Object.keys(SETS).join(', ')}`);
  return asked.length > 0 ? asked : Object.keys(SETS);
}

async function compare(name: string, [path, ...options]: readonly string[]): Promise<void> {
  const scores = new Map<string, number[]>();
  const add = (model: string, score: number) => scores.set(model, [...(scores.get(model) ?? []), score]);
  let seconds = 0;
  for (const seed of SEEDS) {
    const split = [
      '--seed',
      String(seed),
      '--validation',
      '0.1',
      '--test',
      '0.2',
      '--name',
      `${name} ${seed}`,
    ];
    const imported = await command('import', join(SHARED_DATA, path), ...options, ...split);
    const hash = String(imported.hash);
    const trained = await command('train', '--data', hash, '--seed', String(seed), '--device', 'cpu');
    const metrics = trained.metrics as Record<string, number>;
    seconds += Number(trained.seconds) / SEEDS.length;
    const folder = join(home, 'datasets', hash);
    const found = execFileSync(PYTHON, [join(import.meta.dirname, 'baselines.py'), folder], {
      encoding: 'utf8',
    });
    const baselines = JSON.parse(found) as Baselines;
    add(
      'Strata, as it starts',
      metrics['test.accuracy'] ?? 1 - metrics['test.rmse'] ** 2 / baselines.variance,
    );
    for (const [model, score] of Object.entries(baselines.scores)) add(model, score);
  }
  console.log(`${name} (${seconds.toFixed(1)} s of training)`);
  for (const [model, values] of scores) console.log(`  ${model.padEnd(30)} ${summary(values)}`);
}

/** Runs the command line; what its last line says. */
async function command(...words: string[]): Promise<Outcome['events'][number]> {
  const { code, events, stderr } = await strata(home, ...words, '--json');
  if (code !== 0) throw new Error(`strata ${words.join(' ')}: ${stderr}`);
  return events.at(-1)!;
}

function summary(values: readonly number[]): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  return `${percent(mean)} (${percent(Math.min(...values))} … ${percent(Math.max(...values))})`;
}
