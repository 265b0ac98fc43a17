import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatasetSchema, Split } from '../../engine/core/dataset.ts';
import { ImportFolder } from '../harness/import.ts';
import { SHARED_DATA } from '../harness/shared-data.ts';
import { strata, temporaryFolder } from './strata.ts';

interface Expected {
  readonly rows: number;
  /** Those of the parts that the files name. */
  readonly parts?: Readonly<Partial<Record<Split, number>>>;
  /** Of columns: how many classes there are, or how many rows each has. */
  readonly classes?: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  readonly target?: string;
  /** What a person has to say, where the proposal is not what is wanted. */
  readonly parameters?: readonly string[];
}

const NEWS = { '1': 1900, '2': 1900, '3': 1900, '4': 1900 };
/** Commas stand inside of labels such as Cause-Effect(e1,e2). */
const PARAMETERS_OF_LABELS = ['--set', 'delimiter=tab', 'header=values'];

/** All data sets that are on the machine, with what their README counts. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'ag-news/test.csv': { rows: 7600, target: 'column 1', classes: { 'column 1': NEWS } },
  'bccd-detection/BCCD.zip': {
    rows: 364,
    parts: { train: 205, validation: 87, test: 72 },
    target: 'boxes',
    // Two red cells have no area.
    classes: { boxes: { Platelets: 361, RBC: 4155 - 2, WBC: 372 } },
    parameters: ['--set', 'size=48,64', 'colour=gray'],
  },
  'california-housing/housing.csv.gz': { rows: 20640 },
  'cifar10-jpg-subset/cifar10_5000train_1000test.zip': {
    rows: 6000,
    parts: { test: 1000 },
    target: 'class',
    classes: { class: 10 },
  },
  'cmudict/cmudict.dict.gz': { rows: 135166 },
  'etth1/ETTh1.csv.gz': { rows: 17420 },
  'fsdd/recordings_idx00-19.zip': { rows: 1200, target: 'class', classes: { class: 10 } },
  'imdb-sentences/imdb_labelled.txt': {
    rows: 1000,
    target: 'Status',
    classes: { Status: { '0': 500, '1': 500 } },
  },
  'kg-nations/nations.tar.gz': {
    rows: 1992,
    parts: { train: 1592, validation: 199, test: 201 },
    target: 'tail',
    classes: { head: 14, relation: 55, tail: 14 },
  },
  'kg-umls/umls.tar.gz': {
    rows: 6529,
    parts: { train: 5216, validation: 652, test: 661 },
    target: 'tail',
    classes: { head: 135, relation: 46, tail: 135 },
  },
  'kg-wn18rr/WN18RR.tar.gz': {
    rows: 93003,
    parts: { train: 86835, validation: 3034, test: 3134 },
    target: 'tail',
    classes: { head: 40943, relation: 11, tail: 40943 },
  },
  mnist: { rows: 70000, parts: { test: 10000 }, target: 'label', classes: { label: 10 } },
  'movielens-latest-small/movies.csv.gz': { rows: 9742 },
  'movielens-latest-small/ratings.csv.gz': {
    rows: 100836,
    target: 'rating',
    classes: { userId: 610, movieId: 9724 },
  },
  'mpg/mpg.csv': { rows: 398 },
  'penguins/penguins.csv': { rows: 344, target: 'species', classes: { species: 3 } },
  'pneumoniamnist/pneumoniamnist.npz': {
    rows: 3166,
    parts: { train: 2428, validation: 270, test: 468 },
    target: 'labels',
    classes: { labels: { '0': 1583, '1': 1583 } },
  },
  'semeval2010-task8/TEST_FILE.TXT.gz': { rows: 2717, target: 'relation', classes: { relation: 19 } },
  'semeval2010-task8/TRAIN_FILE.TXT.gz': { rows: 8000, target: 'relation', classes: { relation: 19 } },
  'semeval2010-task8/labels.txt': { rows: 19, classes: { 'column 1': 19 }, parameters: PARAMETERS_OF_LABELS },
  'semeval2010-task8/test_labels.txt': {
    rows: 2717,
    classes: { 'column 1': 19 },
    parameters: PARAMETERS_OF_LABELS,
  },
  'sklearn-images': { rows: 2 },
  'sklearn-tabular/boston_house_prices.csv': { rows: 506 },
  'sklearn-tabular/breast_cancer.csv': { rows: 569, target: 'column 31', classes: { 'column 31': 2 } },
  'sklearn-tabular/diabetes_data_raw.csv.gz': { rows: 442 },
  'sklearn-tabular/diabetes_target.csv.gz': { rows: 442 },
  'sklearn-tabular/digits.csv.gz': { rows: 1797, target: 'column 65', classes: { 'column 65': 10 } },
  'sklearn-tabular/iris.csv': { rows: 150, target: 'column 5', classes: { 'column 5': 3 } },
  'sklearn-tabular/wine_data.csv': { rows: 178, target: 'column 14', classes: { 'column 14': 3 } },
  'sms-spam/SMSSpamCollection': {
    rows: 5574,
    target: 'column 1',
    classes: { 'column 1': { ham: 4827, spam: 747 } },
  },
  sst2: { rows: 9613, parts: { train: 6920, validation: 872, test: 1821 }, target: 'column 2' },
  'sst2/dev.tsv': { rows: 872, target: 'column 2', classes: { 'column 2': { '0': 428, '1': 444 } } },
  'sst2/test.tsv': { rows: 1821, target: 'column 2', classes: { 'column 2': { '0': 912, '1': 909 } } },
  'sst2/train.tsv': { rows: 6920, target: 'column 2', classes: { 'column 2': { '0': 3310, '1': 3610 } } },
  'tatoeba-eng-fra/fra-eng.zip': { rows: 142787 },
  'timeseries/airline-passengers.csv': { rows: 144 },
  'timeseries/daily-min-temperatures.csv': { rows: 3650 },
  'timeseries/monthly-sunspots.csv': { rows: 2820 },
  'tinyshakespeare/input.txt': { rows: Math.floor(1115394 / 128) },
  'titanic/titanic.csv': { rows: 891, target: 'survived', classes: { survived: 2 } },
  'titanic/titanic_kaggle_train.csv': { rows: 891, target: 'Survived', classes: { Survived: 2 } },
  wnut17: { rows: 5690, target: 'tags', classes: { tags: 14 } },
  'wnut17/emerging.dev.conll': { rows: 1009, target: 'tags', classes: { tags: 14 } },
  'wnut17/emerging.test.annotated': { rows: 1287, target: 'tags', classes: { tags: 14 } },
  'wnut17/wnut17train.conll': { rows: 3394, target: 'tags', classes: { tags: 14 } },
  'word-vector-eval/lee_background.cor': { rows: 300 },
  'word-vector-eval/lee_fasttext.vec': { rows: 1762 },
  'word-vector-eval/questions-words.txt': { rows: 19544 },
  'word-vector-eval/wordsim353_combined.csv': { rows: 353 },
};

const there = existsSync(SHARED_DATA);
const title = there ? 'imports' : 'imports (DID NOT RUN: the shared data sets are not on this machine)';

describe.skipIf(!there)(title, () => {
  const { folder: home, remove } = temporaryFolder();
  afterAll(remove);

  it.each(Object.entries(EXPECTED))('%s', { timeout: 90_000 }, async (name, expected) => {
    const { rows, parts = {}, target, classes = {}, parameters = [] } = expected;
    const { code, events } = await strata(home, 'import', join(SHARED_DATA, name), '--json', ...parameters);
    expect(code).toBe(0);
    const done = events.at(-1) as unknown as Pick<DatasetSchema, 'rows' | 'columns'> & {
      readonly skipped: number;
    };
    expect(done.skipped).toBe(name.startsWith('bccd') ? 2 : 0);
    expect(Object.values(done.rows).reduce((a, b) => a + b)).toBe(rows);
    expect(done.rows).toMatchObject(parts);
    if (target !== undefined) expect(done.columns.find(({ role }) => role === 'target')?.name).toBe(target);
    for (const [column, wanted] of Object.entries(classes)) {
      const found = done.columns.find((candidate) => candidate.name === column);
      if (typeof wanted === 'number') expect(found?.classes).toHaveLength(wanted);
      else expect(found).toMatchObject({ classes: Object.keys(wanted), counts: Object.values(wanted) });
    }
  });
});

describe.skipIf(!there)(`${title} windows`, () => {
  let folder: ImportFolder;
  beforeAll(async () => {
    folder = await ImportFolder.create();
  });
  afterAll(() => folder.remove());

  // Three parts of a series of n steps have n − 3 (length + horizon − 1) windows.
  it.each([
    ['timeseries/airline-passengers.csv', 'Passengers', 12, 144 - 3 * 12],
    ['timeseries/daily-min-temperatures.csv', 'Temp', 30, 3650 - 3 * 30],
    ['timeseries/monthly-sunspots.csv', 'Sunspots', 12, 2820 - 3 * 12],
    ['etth1/ETTh1.csv.gz', 'OT', 24, 17420 - 3 * 24],
  ])('of %s', { timeout: 60_000 }, async (name, target, length, rows) => {
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
