import { describe, expect, it } from 'vitest';
import { proposeColumns } from './table.ts';

const proposals = (names: readonly string[], rows: readonly (readonly string[])[]) =>
  proposeColumns(names, rows).map(({ kind, role }) => `${kind} ${role}`);

const COLUMNS = ['column 1', 'column 2', 'column 3', 'column 4'];
const pairs = Array.from({ length: 40 }, (_, at) => [`Where is my cat ${at}?`, `Où est mon chat ${at} ?`]);

describe('the roles that are proposed', () => {
  it('leave out where a pair of sentences is from', () => {
    const rows = pairs.map((pair, at) => [...pair, `CC-BY 2.0 (France) Attribution: tatoeba.org #${at}`]);
    expect(proposals(COLUMNS.slice(1), rows)).toEqual(['text input', 'text target', 'category ignore']);
  });

  it('leave out the numbers of sentences', () => {
    const rows = pairs.map(([english, french], at) => [`${1200 + at}`, english, `${7000 + at}`, french]);
    expect(proposals(COLUMNS, rows)).toEqual([
      'category ignore',
      'text input',
      'category ignore',
      'text target',
    ]);
  });

  it('leave out numbers that only count the rows of a text', () => {
    const rows = pairs.map(([english], at) => [`${at}`, english, ['yes', 'no'][at % 2]]);
    expect(proposals(COLUMNS.slice(1), rows)).toEqual(['category ignore', 'text input', 'category target']);
  });

  it('tell users and items by many names', () => {
    const rows = Array.from({ length: 40 }, (_, at) => [`${at % 7}`, `${at % 5}`, `${(at % 4) + 1}.5`]);
    for (const [user, item] of [
      ['User-ID', 'item-id'],
      ['userid', 'movieid'],
      ['user', 'item'],
    ])
      expect(proposals([user, item, 'rating'], rows)).toEqual([
        'category input',
        'category input',
        'number target',
      ]);
  });

  it('do not predict what is mostly missing, where there is something else', () => {
    const rows = Array.from({ length: 40 }, (_, at) => [
      `${at / 3}`,
      `${at % 2}`,
      at % 10 === 0 ? `${at}` : '',
    ]);
    expect(proposals(['a', 'b', 'c'], rows)).toEqual(['number input', 'category target', 'number input']);
  });

  it('take whole numbers of few rows for classes only where they come up again', () => {
    const rows = (values: number) => Array.from({ length: 12 }, (_, at) => [`${at / 3}`, `${at % values}`]);
    expect(proposals(['size', 'sold'], rows(12))).toEqual(['number input', 'number target']);
    expect(proposals(['size', 'sold'], rows(3))).toEqual(['number input', 'category target']);
  });
});
