import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockGraph, line } from '../../engine/graph/block.ts';
import { DEFAULT_TRAINING, emptyDocument, type ModelDocument } from '../../engine/graph/document.ts';
import { serialiseDocument } from '../../engine/graph/serialise.ts';
import { openSnapshot } from '../../engine/data/snapshots/snapshot.ts';
import { strata, temporaryFolder } from './strata.ts';

/** A line through the last values of a series. */
const forecast: ModelDocument = {
  ...emptyDocument('Forecast'),
  ...blockGraph({ series: 'input', flat: 'flatten', next: ['dense', { units: 1 }], loss: 'mse' }, [
    ...line('series', 'flat', 'next'),
    'next → loss.prediction',
  ]),
  training: {
    ...DEFAULT_TRAINING,
    epochs: 200,
    optimizer: { type: 'adam', params: { learningRate: 0.02 } },
  },
};

/** What a trained model says of rows, over the command line: the run's own parts, and files. */

const { folder, remove } = temporaryFolder();
afterAll(remove);
const home = join(folder, 'home');

interface Row {
  readonly row: number;
  readonly predictions: readonly {
    readonly node: string;
    readonly values: number[];
    readonly classes: string[];
  }[];
}

let run: string;
let dataset: string;
let accuracy: number;
beforeAll(async () => {
  const { events } = await strata(home, 'train', 'iris-mlp', '--epochs', '30', '--json');
  const metrics = events.at(-1)!.metrics as Record<string, number>;
  run = String(events.at(-1)!.run);
  dataset = String(events.find(({ event }) => event === 'run')!.dataset);
  accuracy = metrics['test.accuracy'];
}, 60_000);

const predict = async (...options: string[]) => {
  const outcome = await strata(home, 'predict', run, ...options, '--json');
  const rows = outcome.events.filter(({ event }) => event === 'prediction') as unknown as Row[];
  return { ...outcome, rows };
};
const FLOWERS = [
  ['5.1', '3.5', '1.4', '0.2', 'setosa'],
  ['7.7', '2.6', '6.9', '2.3', 'virginica'],
];

describe('strata predict', () => {
  it('gives the classes whose share of right ones the run has measured', async () => {
    const { rows, events } = await predict('--data', 'test');
    const snapshot = await openSnapshot(join(home, 'datasets', dataset));
    const column = snapshot.schema.columns.find(({ role }) => role === 'target')!;
    const truth = await snapshot.read('test', column.name, 0, rows.length);
    await snapshot.close();
    expect(rows).toHaveLength(snapshot.schema.rows.test);
    const right = rows.filter(
      ({ predictions }, at) => predictions[0].classes[0] === column.classes![truth[at]],
    );
    expect(right.length / rows.length).toBeCloseTo(accuracy, 6);
    for (const { predictions } of rows)
      expect(predictions[0].values.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
    expect(events.at(-1)).toMatchObject({ event: 'done', rows: rows.length });
  });

  it('takes some rows of a part', async () => {
    const [all, some] = [
      await predict('--data', 'train'),
      await predict('--data', 'train', '--from', '7', '--rows', '2'),
    ];
    expect(some.rows).toEqual(all.rows.slice(7, 9));
  });

  it('reads rows of a file in its own order of columns, and needs no target', async () => {
    const { columns } = (await openSnapshot(join(home, 'datasets', dataset))).schema;
    const names = columns.filter(({ role }) => role === 'input').map(({ name }) => name);
    const file = join(folder, 'flowers.csv');
    const table = [names, ...FLOWERS.map((flower) => flower.slice(0, 4))].map((cells) =>
      cells.toReversed().join(','),
    );
    writeFileSync(file, table.join('\n'));
    const { rows } = await predict('--data', file);
    expect(rows.map(({ predictions }) => predictions[0].classes[0])).toEqual(
      FLOWERS.map((flower) => flower[4]),
    );
    writeFileSync(file, table.map((line) => line.split(',').slice(1).join(',')).join('\n'));
    const { code, events } = await predict('--data', file);
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({
      code: 'ROW_VALUE',
      where: `row 1, column "${names[3]}"`,
      got: 'nothing',
    });
  });

  it('shows a table to people', async () => {
    const { stdout } = await strata(home, 'predict', run, '--data', 'test', '--rows', '3');
    expect(stdout).toMatch(/ROW +\S+\n0 +\S+\n1 +\S+\n2 +\S+/);
  });
});

describe('strata predict for a series', () => {
  it('forecasts from the steps of a file, in the units of the target, up to the step that is not known yet', async () => {
    const days = Array.from({ length: 60 }, (_, at) =>
      new Date(Date.UTC(2024, 0, at + 1)).toISOString().slice(0, 10),
    );
    const file = join(folder, 'series.csv');
    writeFileSync(file, ['when,sold', ...days.map((day, at) => `${day},${1000 + 5 * at}`)].join('\n'));
    const imported = await strata(home, 'import', file, '--window', 'length=4', '--json');
    const model = join(folder, 'forecast.strata.json');
    writeFileSync(model, serialiseDocument(forecast));
    const hash = String(imported.events.at(-1)!.hash);
    const trained = await strata(home, 'train', model, '--data', hash, '--json');
    run = String(trained.events.at(-1)!.run);
    const [test, series] = [await predict('--data', 'test'), await predict('--data', file)];
    // 60 steps have 57 windows of 4, of which the last one ends with the last day; the 5 of the test end at the days 55 to 59.
    expect(series.rows).toHaveLength(57);
    expect(series.rows.at(-1)).toMatchObject({ after: '2024-02-29' });
    expect(test.rows.map(({ predictions }) => predictions)).toEqual(
      series.rows.slice(51, 56).map(({ predictions }) => predictions),
    );
    const [next] = series.rows.at(-1)!.predictions[0].values;
    expect(next).toBeCloseTo(1300, -2);
  });

  it('uses what is known ahead: the next step of the target is what a column says of that step', async () => {
    const day = (at: number) => new Date(Date.UTC(2024, 0, at + 1)).toISOString().slice(0, 10);
    // No past value tells which days have a promotion.
    const promo = (at: number) => Number(Math.sin(at * at) > 0);
    const known = Array.from({ length: 200 }, (_, at) => `${day(at)},${promo(at)},${100 + 200 * promo(at)}`);
    const write = (name: string, ...further: string[]): string => {
      const path = join(folder, name);
      writeFileSync(path, ['when,promo,sold', ...known, ...further].join('\n'));
      return path;
    };
    const past = write('promotions.csv');
    const settings = [
      '--window',
      'length=3',
      '--type',
      'promo=number',
      'sold=number',
      '--role',
      'promo=input',
    ];
    const choice = [...settings, '--target', 'sold', '--ahead', 'promo', 'when'];
    const imported = await strata(home, 'import', past, ...choice, '--json');
    const hash = String(imported.events.at(-1)!.hash);
    const trained = await strata(home, 'train', '--data', hash, '--json');
    run = String(trained.events.at(-1)!.run);
    for (const [next, sold] of [
      [0, 100],
      [1, 300],
    ]) {
      const { rows } = await predict('--data', write(`promo-${next}.csv`, `${day(200)},${next},`));
      expect(rows.at(-1)).toMatchObject({ after: day(199) });
      expect(Math.abs(rows.at(-1)!.predictions[0].values[0] - sold)).toBeLessThan(40);
    }
    const refused = await predict('--data', past);
    expect(refused.code).not.toBe(0);
    expect(refused.events).toContainEqual(expect.objectContaining({ code: 'ROWS_AHEAD' }));
  }, 120_000);
});
