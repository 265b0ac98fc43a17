import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { correlationRatio, cramersV, pearson } from './associations.ts';
import { statisticsOf } from './statistics.ts';

let folder: ImportFolder;
let dataset: string;
beforeAll(async () => {
  folder = await ImportFolder.create();
  // `double` follows `number`; the class is that of `number` above 49; the text has as many words as the class says.
  const rows = Array.from({ length: 100 }, (_, at) =>
    [at, 2 * at, at > 49 ? 'high' : 'low', at > 49 ? 'very high' : 'low', 5].join(','),
  );
  const path = await folder.write('table.csv', ['number,double,class,words,same', ...rows].join('\n'));
  const columns = [
    { name: 'words', role: 'input', kind: 'text' },
    { name: 'same', role: 'input', kind: 'number' },
  ] as const;
  ({ folder: dataset } = await folder.import(path, { columns }));
});
afterAll(() => folder.remove());

let counted = 0;
const context = { onProgress: () => counted++, signal: new AbortController().signal };
const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

describe('statistics of a data set', () => {
  it('count every row of every part once', async () => {
    const { columns } = await statisticsOf(dataset, context);
    const [number, , classes, words] = columns;
    expect(number.histogram).toMatchObject({ least: 0, most: 99 });
    expect(Object.values(number.histogram!.counts).map(sum)).toEqual([60, 20, 20]);
    expect(classes.classes).toEqual({ train: [30, 30], validation: [10, 10], test: [10, 10] });
    expect(Object.values(words.histogram!.counts).map(sum)).toEqual([60, 20, 20]);
    expect(words.moments).toMatchObject({ train: { min: 1, max: 2, mean: 1.5 } });
    expect(words.tokens).toHaveLength(3);
    for (const token of ['low', 'very', 'high']) expect(words.tokens).toContainEqual({ token, count: 30 });
  });

  it('tell of texts that are kept how many there are, and of times from when to when', async () => {
    const rows = Array.from({ length: 30 }, (_, at) => `${at},p${at % 7},${1 + (at % 12)}/2/2025`);
    const path = await folder.write('times.csv', ['n,patient,day', ...rows].join('\n'));
    const columns = [
      { name: 'patient', role: 'group', kind: 'identifier' },
      { name: 'day', role: 'time', kind: 'date', options: { dayFirst: false } },
    ] as const;
    const { folder: made } = await folder.import(path, { columns });
    const [, patient, day] = (await statisticsOf(made, context)).columns;
    expect(patient).toMatchObject({ texts: { distinct: 7 } });
    expect(patient.histogram).toBeUndefined();
    expect(day.texts).toEqual({ distinct: 12, first: '1/2/2025', last: '12/2/2025' });
    expect(sum(Object.values(day.histogram!.counts).flat())).toBe(30);
  });

  it('tell which columns go together, and nothing of one that never changes', async () => {
    const { associations } = await statisticsOf(dataset, context);
    const { columns, values } = associations;
    const between = (a: string, b: string) => values[columns.indexOf(a)][columns.indexOf(b)];
    expect(columns[0]).toBe('class');
    expect(between('number', 'double')).toBe(1);
    expect(between('class', 'class')).toBe(1);
    expect(between('class', 'number')).toBeGreaterThan(0.8);
    expect(between('class', 'number')).toBe(between('number', 'class'));
    expect(between('same', 'number')).toBeNull();
  });

  it('are counted once and kept, and counted again where the file is damaged', async () => {
    const first = await statisticsOf(dataset, context);
    counted = 0;
    expect(await statisticsOf(dataset, context)).toEqual(first);
    expect(counted).toBe(0);
    const file = join(dataset, 'statistics.json');
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 100));
    expect(await statisticsOf(dataset, context)).toEqual(first);
    expect(counted).toBeGreaterThan(0);
  });
});

describe('associations', () => {
  it('of numbers', () => {
    expect(pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 12);
    expect(pearson([1, 1, 1], [1, 2, 3])).toBeNaN();
  });

  it('of classes and numbers', () => {
    // Groups 1, 2, 3 and 2, 4, 6: between = 6, total = 6 + 10.
    expect(correlationRatio([0, 0, 0, 1, 1, 1], [1, 2, 3, 2, 4, 6])).toBeCloseTo(Math.sqrt(6 / 16), 12);
  });

  it('of classes', () => {
    // The table [[10, 20], [30, 40]]: χ² = 0.79365…, V = √(χ² / 100).
    const [a, b] = [[], []] as number[][];
    [10, 20, 30, 40].forEach((count, cell) => {
      for (let at = 0; at < count; at++) {
        a.push(cell >> 1);
        b.push(cell & 1);
      }
    });
    expect(cramersV(a, 2, b, 2)).toBeCloseTo(
      Math.sqrt((100 * (10 * 40 - 20 * 30) ** 2) / (30 * 70 * 40 * 60) / 100),
      12,
    );
  });
});
