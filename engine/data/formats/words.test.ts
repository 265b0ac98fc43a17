import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

/** Formats whose lines are words: triples, word vectors, analogies, pronunciations. */
let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

describe('triples', () => {
  const FILE = lines('anna\tknows\tbert', 'bert\tknows\tcarl', 'carl\tlikes\tanna', 'anna\tlikes\tdora');

  it('have one vocabulary for both ends', async () => {
    const path = await folder.write('graph.txt', FILE);
    expect((await folder.preview(path)).format).toBe('triples');
    const { schema, folder: at } = await folder.import(path, {
      split: { validation: 0, test: 0, seed: 1, stratify: false },
    });
    const [head, relation, tail] = schema.columns;
    expect(head.classes).toEqual(['anna', 'bert', 'carl', 'dora']);
    expect(tail.classes).toEqual(head.classes);
    expect(relation.classes).toEqual(['knows', 'likes']);
    const snapshot = await openSnapshot(at);
    expect([...(await snapshot.read('train', 'head', 0, 4))]).toEqual([0, 1, 2, 0]);
    expect([...(await snapshot.read('train', 'tail', 0, 4))]).toEqual([1, 2, 0, 3]);
    await snapshot.close();
  });

  it.each([
    ['spaces', 'anna knows bert\nbert knows carl\ncarl likes anna\n', ['anna', 'knows', 'bert']],
    [
      'angle brackets, as N-Triples have them',
      '# people\n<http://a.b/anna> <http://a.b/knows> _:bert .\n_:bert <http://a.b/called> "Bert \\"B.\\""@en .\n<http://a.b/carl> <http://a.b/knows> <http://a.b/anna> . # yes\n',
      ['http://a.b/anna', 'http://a.b/knows', '_:bert'],
    ],
    [
      'names of columns above and spaces in them',
      `head\trelation\ttail\n${'New York\tpart of\tNew World\nNew World\tnear to\tNew York\n'.repeat(20)}`,
      ['New York', 'part of', 'New World'],
    ],
  ])('with %s are triples', async (_, text, first) => {
    const { format, rows } = await folder.preview(await folder.write('graph.txt', text));
    expect([format, rows[0]]).toEqual(['triples', first]);
  });

  it('in an archive that is the only file of a folder are read with their parts', async () => {
    const part = Buffer.from(FILE);
    await folder.write(
      'kg/kg.zip',
      zipSync({ 'kg/train.txt': part, 'kg/valid.txt': part, 'kg/test.txt': part }),
    );
    await folder.write('kg/README.md', 'about');
    const { schema } = await folder.import(`${folder.path}/kg`);
    expect(schema.rows).toEqual({ train: 4, validation: 4, test: 4 });
  });

  it('are not looked for in the bytes of an archive, where texts may stand as they are', async () => {
    const archive = pack();
    for (const name of ['train.txt', 'test.txt']) archive.entry({ name }, FILE);
    archive.finalize();
    const path = await folder.write('kg.tar.gz', gzipSync(await buffer(archive)));
    const { schema, skipped } = await folder.import(path, { split: { validation: 0, seed: 1 } });
    expect([schema.rows, skipped]).toEqual([{ train: 4, validation: 0, test: 4 }, []]);
  });

  it('that are not whole are listed by their line', async () => {
    const path = await folder.write('graph.txt', `${FILE}dora\tknows\n`);
    const { skipped } = await folder.import(path, { source: { format: 'triples' } });
    expect(skipped).toMatchObject([{ code: 'LINE_FORM', where: `${path}, line 5` }]);
  });

  it('are no table of texts or numbers', async () => {
    const table = lines('one two\tyes\tthree four', 'three four\tno\tone two', 'five\tyes\tone two');
    expect((await folder.preview(await folder.write('table.tsv', table))).format).toBe('csv');
  });
});

describe('word vectors', () => {
  const row = (word: string, from: number) =>
    [word, ...Array.from({ length: 8 }, (_, at) => (from + at) / 4)].join(' ');

  it.each([
    ['with the header of word2vec', '3 8'],
    ['without a header', undefined],
  ])('are read %s', async (_, header) => {
    const path = await folder.write(
      'words.vec',
      lines(...(header ? [header] : []), row('the', 0), row('of', 1), row('42', 2)),
    );
    const { format, columns } = await folder.preview(path);
    expect([format, columns.map(({ kind, role }) => `${kind} ${role}`)]).toEqual([
      'word-vectors',
      ['identifier id', 'tensor input'],
    ]);
    const { schema } = await folder.import(path, { normalise: false });
    expect(schema.columns[1]).toMatchObject({ name: 'vector', shape: [8] });
    expect(schema.rows.train + schema.rows.validation + schema.rows.test).toBe(3);
  });
});

describe('word vectors with faults', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => `${at / 4}`).join(' ');
  const words = Array.from({ length: 20 }, (_, at) => `w${at} ${numbers(8)}`);

  it('are listed where numbers lack, are too many or none; words may have spaces', async () => {
    const bad = [`cut ${numbers(7)}`, `long ${numbers(9)}`, `nan nan ${numbers(7)}`, `. . ${numbers(8)}`];
    const path = await folder.write('words.vec', lines('24 8', ...words, ...bad).replaceAll(' ', '\t'));
    const { schema, skipped } = await folder.import(path, { split: { validation: 0, test: 0, seed: 1 } });
    expect(schema.rows.train).toBe(21);
    expect(skipped.map(({ where }) => where)).toEqual([22, 23, 24].map((line) => `${path}, line ${line}`));
  });

  it('are told where there are fewer of them than promised', async () => {
    const path = await folder.write('words.vec', lines('400000 8', ...words));
    const { skipped } = await folder.import(path);
    expect(skipped).toMatchObject([{ code: 'VECTORS_FEWER', got: '20 words', expected: '400000 words' }]);
  });
});

it('analogies are four words of one vocabulary, grouped by section', async () => {
  const path = await folder.write(
    'questions.txt',
    lines(
      ': capitals',
      'Athens Greece Oslo Norway',
      'Oslo Norway Athens Greece',
      ': plurals',
      'cat cats dog dogs',
    ),
  );
  expect((await folder.preview(path)).format).toBe('analogies');
  const { schema } = await folder.import(path);
  expect(schema.columns.map(({ name, role }) => `${name} ${role}`)).toEqual([
    ...['a input', 'b input', 'c input', 'd target', 'section group'],
  ]);
  expect(schema.columns[3].classes).toEqual(schema.columns[0].classes);
});

it('pronunciations are letters and phonemes, without the numbers of variants and remarks', async () => {
  const path = await folder.write(
    'dict',
    lines('read R EH1 D', 'read(2) R IY1 D', "o'clock AH0 K L AA1 K # idiom"),
  );
  const { format, rows } = await folder.preview(path);
  expect(format).toBe('pronunciations');
  expect(rows.map(([word]) => word)).toEqual(['read', 'read', "o'clock"]);
  const { schema } = await folder.import(path, {
    split: { validation: 0, test: 0, seed: 1, stratify: false },
  });
  expect(schema.columns[0].tokens?.tokenizer).toBe('characters');
  expect(schema.columns[1].classes).toContain('IY1');
});
