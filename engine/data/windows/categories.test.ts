import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { GIVEN } from '../../inference/given-rows.ts';
import { windowRows } from '../../inference/window-rows.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const WEATHER = ['sun', 'rain', '', 'snow', 'sun'];
const day = (at: number): string => new Date(Date.UTC(2024, 0, 1 + at)).toISOString().slice(0, 10);
const STEPS = Array.from({ length: 30 }, (_, at) => ({
  when: day(at),
  weather: WEATHER[at % 5],
  sold: String(10 * at),
}));
const TABLE = ['when,weather,sold', ...STEPS.map((step) => Object.values(step).join(','))].join('\n');

const columns = [
  { name: 'when', kind: 'date', role: 'time' },
  { name: 'weather', kind: 'category', role: 'input' },
  { name: 'sold', kind: 'number', role: 'target' },
] as const;
const windows = { time: 'when', length: 3, horizon: 2, stride: 1, ahead: ['weather'] };
const split = { validation: 0, test: 0.2 };

/** Classes are in the order of their names. */
const [RAIN, SNOW, SUN] = [0, 1, 2].map((place) => [0, 1, 2].map((at) => Number(at === place)));

describe('categories in windows', () => {
  it('are a 1 among zeros in every step, and the value before where one is missing', async () => {
    const { folder: made, schema } = await folder.import(await folder.write('series.csv', TABLE), {
      ...{ windows, columns, split },
    });
    expect(schema.columns.slice(1, 3)).toMatchObject([
      { name: 'weather', kind: 'category', dtype: 'f32', shape: [3, 3], classes: ['rain', 'snow', 'sun'] },
      { name: 'weather ahead', follows: 'weather', shape: [2, 3] },
    ]);
    const snapshot = await openSnapshot(made);
    const [first, behind] = await Promise.all(
      ['weather', 'weather ahead'].map((name) => snapshot.read('train', name, 0, 2)),
    );
    expect([...first]).toEqual([SUN, RAIN, RAIN, RAIN, RAIN, SNOW].flat());
    expect([...behind]).toEqual([SNOW, SUN, SUN, SUN].flat());
    // Steps that a forecast is given are stored in the same way; what the last ones sold is to be predicted.
    const steps = STEPS.map((step, at) => (at < 28 ? step : { ...step, sold: '' }));
    const given = windowRows(schema, schema.windows!, steps);
    for (const name of ['weather', 'weather ahead', 'sold'])
      expect(await given.read(GIVEN, name, 0, 2)).toEqual(await snapshot.read('train', name, 0, 2));
    await snapshot.close();
    const unknown = steps.map((step, at) => (at === 4 ? { ...step, weather: 'hail' } : step));
    await expect(
      (async () => windowRows(schema, schema.windows!, unknown).read(GIVEN, 'weather', 0, 9))(),
    ).rejects.toMatchObject({ problem: { code: 'ROW_VALUE' } });
  });

  it('are proposed where they have few classes, and never to be predicted', async () => {
    const { windows: proposed } = await folder.preview(await folder.write('series.csv', TABLE));
    expect(proposed?.columns).toMatchObject(columns);
    const names = STEPS.map((step, at) => `${step.when},${step.sold},n${at}`);
    const path = await folder.write('names.csv', ['when,sold,name', ...names].join('\n'));
    expect((await folder.preview(path)).windows?.columns).toMatchObject([
      { name: 'when', role: 'time' },
      { name: 'sold', role: 'target' },
      { name: 'name', role: 'ignore' },
    ]);
  });

  it('are refused where they have very many classes', async () => {
    const rows = Array.from({ length: 200 }, (_, at) => `${day(at)},w${at % 150},${at}`);
    const path = await folder.write('many.csv', ['when,weather,sold', ...rows].join('\n'));
    expect(await folder.refusal(path, { windows, columns, split })).toMatchObject({
      code: 'WINDOW_CLASSES',
      got: '150 classes',
    });
  });
});
