import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import type { ColumnChoice, SplitChoice } from '../../core/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const NOISE = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];

/** Codes of what is found in a table of `n` rows, whose cells are what `row` says of each. */
async function findings(
  names: string,
  row: (at: number) => readonly (string | number)[],
  columns: readonly ColumnChoice[] = [],
  n = 100,
  split: SplitChoice = {},
): Promise<readonly (readonly [string, string])[]> {
  const rows = Array.from({ length: n }, (_, at) => row(at).join(','));
  const { warnings } = await folder.import(await folder.write('t.csv', [names, ...rows].join('\n')), {
    columns,
    split,
  });
  return warnings.map(({ code, message }) => [code, message] as const);
}
const number = (name: string, role: ColumnChoice['role'] = 'input'): ColumnChoice => ({
  name,
  kind: 'number',
  role,
});
const category = (name: string, role: ColumnChoice['role'] = 'input'): ColumnChoice => ({
  name,
  kind: 'category',
  role,
});

/** Numbers that differ and follow no order. */
const scattered = (at: number): number => ((at * 7919) % 1009) / 7;

describe('checks', () => {
  it('find nothing in sound data', async () => {
    const sound = (at: number) => [scattered(at), NOISE[at % 11] + at / 300, 'xyz'[at % 3]];
    expect(await findings('a,b,class', sound)).toEqual([]);
  });

  it('find rows that come up again, above all in other parts', async () => {
    const found = await findings('a,b,class', (at) => [scattered(at % 40), at % 40, 'xy'[at % 2]]);
    const codes = found.map(([code]) => code);
    expect(codes).toEqual(['CHECK_DUPLICATES_ACROSS', 'CHECK_DUPLICATES_ACROSS', 'CHECK_DUPLICATES']);
    expect(found[0][1]).toMatch(/^\d+ rows of the validation part \(\d+ %\) have the same inputs/);
    const one = (at: number) => (at === 99 ? [scattered(0), 'x'] : [scattered(at), 'xy'[at % 2]]);
    expect(
      (await findings('a,class', one)).map(([code]) => code).filter((code) => code === 'CHECK_DUPLICATES'),
    ).toEqual([]);
  });

  it('find groups that stand in several parts, by all of their columns together', async () => {
    const role = (name: string, role: ColumnChoice['role']) => ({
      ...category(name),
      kind: 'identifier',
      role,
    });
    const columns = [number('a'), category('class', 'target'), role('shop', 'group'), role('day', 'group')];
    const row = (at: number) => [scattered(at), 'xy'[at % 2], `shop ${at % 5}`, `day ${(at >> 3) % 4}`];
    const found = await findings('a,class,shop,day', row, columns);
    expect(found).toEqual([
      ['CHECK_GROUPS', expect.stringMatching(/^(1\d|20) groups have rows in several parts\.$/)],
    ]);
    expect(await findings('a,class,shop,day', row, columns, 100, { by: 'group' })).toEqual([]);
    const named = [...columns, { name: 'part', kind: 'category', role: 'split' } as const];
    const both = (at: number) => [
      ...row(at),
      ({ 0: 'test', 5: 'train' } as Record<number, string>)[at] ?? '',
    ];
    const one = await findings('a,class,shop,day,part', both, named, 100, { by: 'group', validation: 0 });
    expect(one).toContainEqual(['CHECK_GROUPS', '1 group has rows in several parts.']);
  });

  it('find that many rows have no target, once and for all of them', async () => {
    const without = (share: number) => (at: number) =>
      [scattered(at), at % 100 < share ? '' : 'xy'[at % 2]] as const;
    const columns = [number('a'), category('class', 'target')];
    expect(await findings('a,class', without(5), columns)).toEqual([]);
    expect(await findings('a,class', without(12), columns)).toEqual([
      ['CHECK_TARGETS', '12 rows (12 %) have no value in "class" and were left out.'],
    ]);
  });

  it('find inputs that give the target away', async () => {
    const price = (at: number) => scattered(at) * 100;
    const found = await findings(
      'same,taxed,noisy,region,price',
      (at) => [price(at), price(at) * 1.19 + 2, price(at) + 2000 * NOISE[at % 11], 'ab'[at % 2], price(at)],
      [number('price', 'target')],
    );
    expect(found).toEqual([
      ['CHECK_LEAKAGE', '"same" gives the target away: it is the same in every training row.'],
      ['CHECK_LEAKAGE', '"taxed" gives the target away: their correlation is 1.00000.'],
    ]);
    const coded = (at: number) => [scattered(at), ['yes', 'no'][at % 2], [7, 8][at % 2], 'xy'[at % 2]];
    expect((await findings('n,word,code,class', coded)).map(([, message]) => message)).toEqual(
      ['word', 'code'].map(
        (name) =>
          `"${name}" gives the target away: each of its values has only one target in the training part.`,
      ),
    );
  });

  it('find inputs that name or number rows', async () => {
    const found = await findings(
      'row,name,grows,class',
      (at) => [at + 1, `p${at}`, at + at * at, 'xy'[at % 2]],
      [number('row'), category('name'), number('grows')],
    );
    expect(found.map(([code, message]) => `${code} ${message.split('"')[1]}`)).toEqual([
      'CHECK_IDENTIFIER row',
      'CHECK_IDENTIFIER name',
    ]);
  });

  it('find columns that never change, are mostly missing, or hold extreme values', async () => {
    const found = await findings(
      'a,never,word,gaps,far,class',
      (at) => [
        scattered(at),
        3,
        'w',
        at % 5 ? '' : scattered(at),
        at === 4 ? 1e6 : NOISE[at % 11],
        'xy'[at % 2],
      ],
      [number('never'), category('word'), number('gaps'), number('far')],
      300,
      { validation: 0, test: 0 },
    );
    expect(found.map(([, message]) => message)).toEqual([
      '"never" and "word" have the same value in all training rows.',
      '80 % of the values of "gaps" are missing, and were filled in.',
      '"far" has extreme values, such as 1000000.',
    ]);
  });

  it('find rare classes, classes without rows in a part, and one class for most rows', async () => {
    const found = await findings('a,class', (at) => [
      scattered(at),
      at < 2 ? 'rare' : at < 90 ? 'often' : 'seldom',
    ]);
    expect(found.map(([code]) => code)).toEqual([
      'CHECK_CLASS_ABSENT',
      'CHECK_CLASS_ABSENT',
      'CHECK_CLASS_RARE',
      'CHECK_IMBALANCE',
    ]);
    expect(found[0][1]).toBe('The validation part has no rows of "rare".');
  });
});
