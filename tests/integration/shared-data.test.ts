import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../harness/import.ts';
import { SHARED_DATA } from '../harness/shared-data.ts';

/** Real data sets as people have them: rows, inputs and the target that the wizard proposes. */
const EXPECTED = [
  ['penguins/penguins.csv', { rows: 344, target: 'species', classes: 3 }],
  ['titanic/titanic.csv', { rows: 891, target: 'survived', classes: 2 }],
  ['mpg/mpg.csv', { rows: 398 }],
  ['california-housing/housing.csv.gz', { rows: 20640 }],
  ['titanic/titanic_kaggle_train.csv', { rows: 891, target: 'Survived', classes: 2 }],
  ['sklearn-tabular/iris.csv', { rows: 150, target: 'column 5', classes: 3 }],
  ['sklearn-tabular/wine_data.csv', { rows: 178, target: 'column 14', classes: 3 }],
  ['sklearn-tabular/breast_cancer.csv', { rows: 569, target: 'column 31', classes: 2 }],
  ['sklearn-tabular/digits.csv.gz', { rows: 1797, target: 'column 65', classes: 10 }],
  ['sklearn-tabular/boston_house_prices.csv', { rows: 506 }],
  ['sklearn-tabular/diabetes_data_raw.csv.gz', { rows: 442 }],
  ['etth1/ETTh1.csv.gz', { rows: 17420 }],
  ['timeseries/airline-passengers.csv', { rows: 144 }],
  ['timeseries/daily-min-temperatures.csv', { rows: 3650 }],
  ['timeseries/monthly-sunspots.csv', { rows: 2820 }],
  ['movielens-latest-small/ratings.csv.gz', { rows: 100836 }],
  ['sms-spam/SMSSpamCollection', { rows: 5574, target: 'column 1', classes: 2 }],
  ['sst2/train.tsv', { rows: 6920, target: 'column 2', classes: 2 }],
  ['sst2/dev.tsv', { rows: 872, target: 'column 2', classes: 2 }],
  ['sst2/test.tsv', { rows: 1821, target: 'column 2', classes: 2 }],
  ['ag-news/test.csv', { rows: 7600, target: 'column 1', classes: 4 }],
  ['imdb-sentences/imdb_labelled.txt', { rows: 1000, target: 'Status', classes: 2 }],
  ['semeval2010-task8/TRAIN_FILE.TXT.gz', { rows: 8000, target: 'relation', classes: 19 }],
  ['semeval2010-task8/TEST_FILE.TXT.gz', { rows: 2717, target: 'relation', classes: 19 }],
  ['wnut17/wnut17train.conll', { rows: 3394, target: 'tags', classes: 14 }],
  ['wnut17/emerging.dev.conll', { rows: 1009, target: 'tags', classes: 14 }],
  ['wnut17/emerging.test.annotated', { rows: 1287, target: 'tags', classes: 14 }],
  ['word-vector-eval/lee_background.cor', { rows: 300 }],
  ['pneumoniamnist/pneumoniamnist.npz', { rows: 3166, target: 'labels', classes: 2 }],
  ['sst2', { rows: 9613, target: 'column 2', classes: 2 }],
  ['wnut17', { rows: 5690, target: 'tags', classes: 14 }],
  ['kg-nations/nations.tar.gz', { rows: 1992, target: 'tail', classes: 14 }],
  ['kg-umls/umls.tar.gz', { rows: 6529, target: 'tail', classes: 135 }],
  ['kg-wn18rr/WN18RR.tar.gz', { rows: 93003, target: 'tail', classes: 40943 }],
  ['cmudict/cmudict.dict.gz', { rows: 135166 }],
  ['word-vector-eval/lee_fasttext.vec', { rows: 1762 }],
  ['word-vector-eval/questions-words.txt', { rows: 19544 }],
  ['word-vector-eval/wordsim353_combined.csv', { rows: 353 }],
  ['tatoeba-eng-fra/fra-eng.zip', { rows: 142787 }],
  ['tinyshakespeare/input.txt', { rows: Math.floor(1115394 / 128) }],
  ['mnist', { rows: 70000, target: 'label', classes: 10 }],
  ['fsdd/recordings_idx00-19.zip', { rows: 1200, target: 'class', classes: 10 }],
  ['cifar10-jpg-subset/cifar10_5000train_1000test.zip', { rows: 6000, target: 'class', classes: 10 }],
] as const;

const there = existsSync(SHARED_DATA);
const title = there ? 'imports' : 'imports (DID NOT RUN: the shared data sets are not on this machine)';

describe.skipIf(!there)(title, () => {
  let folder: ImportFolder;
  beforeAll(async () => {
    folder = await ImportFolder.create();
  });
  afterAll(() => folder.remove());

  it.each(EXPECTED)('%s', { timeout: 60_000 }, async (name, expected) => {
    const { schema, skipped } = await folder.import(join(SHARED_DATA, name));
    expect(skipped).toEqual([]);
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(expected.rows);
    if (!('target' in expected)) return;
    const target = schema.columns.find(({ role }) => role === 'target');
    expect(target?.name).toBe(expected.target);
    expect(target?.classes).toHaveLength(expected.classes);
  });

  it('bccd-detection, every box but for the two that have no area', { timeout: 60_000 }, async () => {
    const path = join(SHARED_DATA, 'bccd-detection');
    // Small and gray, to be quick.
    const { schema, skipped } = await folder.import(path, {
      source: { options: { size: [48, 64], colour: 'gray' } },
    });
    expect(schema.rows).toEqual({ train: 205, validation: 87, test: 72 });
    expect(skipped.map(({ code, where }) => [code, where?.split('/').at(-1)])).toEqual([
      ['BOX_EMPTY', 'BloodImage_00338.xml'],
      ['BOX_EMPTY', 'BloodImage_00343.xml'],
    ]);
    const [, boxes] = schema.columns;
    expect(boxes).toMatchObject({ role: 'target', classes: ['Platelets', 'RBC', 'WBC'] });
    expect(boxes.counts).toEqual([361, 4155 - 2, 372]);
  });

  // Three parts of a series of n steps have n − 3 (length + horizon − 1) windows.
  it.each([
    ['timeseries/airline-passengers.csv', 'Passengers', 12, 144 - 3 * 12],
    ['timeseries/daily-min-temperatures.csv', 'Temp', 30, 3650 - 3 * 30],
    ['timeseries/monthly-sunspots.csv', 'Sunspots', 12, 2820 - 3 * 12],
    ['etth1/ETTh1.csv.gz', 'OT', 24, 17420 - 3 * 24],
  ])('windows of %s', { timeout: 60_000 }, async (name, target, length, rows) => {
    const path = join(SHARED_DATA, name);
    const { windows } = await folder.preview(path);
    expect(windows).toMatchObject({ length, horizon: 1, stride: 1 });
    const { columns, reason: _, ...choice } = windows!;
    const { schema, skipped } = await folder.import(path, { windows: choice, columns });
    expect(skipped).toEqual([]);
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(rows);
    expect(schema.columns.filter(({ role }) => role === 'target').map((c) => c.name)).toEqual([
      `next ${target}`,
    ]);
  });
});
