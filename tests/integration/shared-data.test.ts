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
  ['mnist', { rows: 70000, target: 'label', classes: 10 }],
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
});
