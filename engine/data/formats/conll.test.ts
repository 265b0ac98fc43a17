import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const IOB2 = 'Anna\tB-person\nof\tO\nNew\tB-place\nYork\tI-place\n\nIt\tO\nrains\tO\n\nBerlin\tB-place\n';
const IOB1 =
  '-DOCSTART- -X- O\n\n# a comment\nAnna NNP I-person\nBerlin NNP I-place\nParis NNP B-place\nit PRP O\n\nHe PRP O\n';

describe('tagged tokens', () => {
  it('become sentences with a tag for each token', async () => {
    const path = await folder.write('tags.conll', IOB2);
    const { format, columns, rows } = await folder.preview(path);
    expect(format).toBe('conll');
    expect(columns.map(({ name, kind, role }) => [name, kind, role])).toEqual([
      ['tokens', 'text', 'input'],
      ['tags', 'tags', 'target'],
    ]);
    expect(rows[0]).toEqual(['Anna of New York', 'B-person O B-place I-place']);
    const split = { validation: 0, test: 0, seed: 1, stratify: false };
    const { schema, folder: at } = await folder.import(path, { split });
    const [tokens, tags] = schema.columns;
    expect([tokens.shape, tags.shape]).toEqual([[4], [4]]);
    expect(tags.classes).toEqual(['<pad>', 'B-person', 'B-place', 'I-place', 'O']);
    const snapshot = await openSnapshot(at);
    const stored = await snapshot.read('train', 'tags', 0, 3);
    expect(Array.from(stored, (index) => tags.classes![index])).toEqual([
      'B-person',
      'O',
      'B-place',
      'I-place',
      'O',
      'O',
      '<pad>',
      '<pad>',
      'B-place',
      '<pad>',
      '<pad>',
      '<pad>',
    ]);
    const words = await snapshot.read('train', 'tokens', 0, 1);
    expect(Array.from(words, (index) => tokens.classes![index])).toEqual(['Anna', 'of', 'New', 'York']);
    await snapshot.close();
  });

  it('with the marks of IOB1 get those of IOB2', async () => {
    const { options, rows } = await folder.preview(await folder.write('iob1.txt', IOB1));
    expect(options.scheme).toBe('iob2');
    expect(rows).toEqual([
      ['Anna Berlin Paris it', 'B-person B-place B-place O'],
      ['He', 'O'],
    ]);
  });

  it('can take their tags from another column', async () => {
    const { rows } = await folder.preview(await folder.write('iob1.txt', IOB1), { tag: 2, scheme: 'as-is' });
    expect(rows[0]).toEqual(['Anna Berlin Paris it', 'NNP NNP NNP PRP']);
  });

  it('without a tag are listed and left out', async () => {
    const path = await folder.write('bad.conll', `${IOB2}\nlonely\nword\tO\n`);
    const { skipped } = await folder.import(path, { source: { format: 'conll' } });
    expect(skipped).toMatchObject([{ code: 'CONLL_TAG', where: `${path}, line 11`, got: 'lonely' }]);
  });

  it('of Universal Dependencies have parts of speech; several words in one and unwritten ones are none', async () => {
    const row = (...columns: string[]) =>
      [...columns, ...Array<string>(10 - columns.length).fill('_')].join('\t');
    const text = [
      '# text = Let’s go # fast',
      row('1-2', 'Let’s'),
      row('1', 'Let', 'let', 'VERB'),
      row('2', '’s', 'us', 'PRON'),
      row('3', 'go', 'go', 'VERB'),
      row('3.1', 'away', 'away', 'ADV'),
      '',
      row('1', '#', '#', 'SYM'),
    ].join('\n');
    const { options, rows, reasons } = await folder.preview(await folder.write('ud.conllu', `${text}\n`));
    expect(options).toMatchObject({ token: 2, tag: 4 });
    expect(rows).toEqual([
      ['Let ’s go', 'VERB PRON VERB'],
      ['#', 'SYM'],
    ]);
    expect(reasons).toContain('Column 2 is the token, column 4 its tag.');
  });

  it.each([
    ['tags in front', 'O\tin\nB-place\tRome\n\nO\tnow\n', ['in Rome', 'O B-place']],
    [
      'numbers in front',
      '#\thttp://a.b\n1\tin\tO\tO\n2\tRome\tB-place\tO\n\n1\tnow\tO\tO\n',
      ['in Rome', 'O B-place'],
    ],
    [
      'a sign # and quotation marks',
      '# x = y\n# O\n" O\nRome B-place\n\nno O\n',
      ['# " Rome', 'O O B-place'],
    ],
    ['spaces in them', 'New York\tB-place\n\u00a0\tO\n\nno\tO\n', ['New York \u00a0', 'B-place O']],
  ])('with %s are seen as what they are', async (_, text, first) => {
    const { format, rows } = await folder.preview(await folder.write('tags.txt', text));
    expect([format, rows[0]]).toEqual(['conll', first]);
  });

  it('with a line that is not as the others are still tokens; it is listed', async () => {
    const path = await folder.write('tags.conll', `${IOB2.repeat(12)}New York\tI-place\textra\n`);
    const { skipped } = await folder.import(path);
    expect(skipped).toMatchObject([
      { code: 'CONLL_TAG', where: `${path}, line 109`, expected: '2 columns, parted by a tab or spaces' },
    ]);
  });

  it('are no blocks of numbers', async () => {
    const path = await folder.write('plot.dat', '1 2 3\n2 3 4\n\n1 2 5\n2 3 6\n');
    expect((await folder.preview(path)).format).toBe('csv');
  });
});
