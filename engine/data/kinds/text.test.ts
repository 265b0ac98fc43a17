import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const TEXTS = [
  'The cat sat on the mat',
  'A dog sat on a log',
  'The dog saw the cat run',
  'A cat and a dog ran',
];
const TABLE = ['label\ttext', ...TEXTS.map((text, at) => `${at % 2 ? 'odd' : 'even'}\t${text}`)].join('\n');
const split = { validation: 0, test: 0, seed: 1, stratify: true };

async function importTexts(options: Record<string, unknown> = {}, changes = {}) {
  const path = await folder.write('texts.tsv', TABLE);
  const text = { name: 'text', kind: 'text', role: 'input', options } as const;
  const result = await folder.import(path, { columns: [text], split, ...changes });
  const snapshot = await openSnapshot(result.folder);
  const column = result.schema.columns.find(({ name }) => name === 'text')!;
  const rows = await snapshot.read('train', 'text', 0, 4);
  await snapshot.close();
  return { column, rows: Array.from(rows) };
}

describe('a column of text', () => {
  it('is proposed where nothing else is an input', async () => {
    const { columns } = await folder.preview(await folder.write('texts.tsv', TABLE));
    expect(columns.map(({ kind, role }) => [kind, role])).toEqual([
      ['category', 'target'],
      ['text', 'input'],
    ]);
  });

  it('is stored as indices of its words, the most frequent first', async () => {
    const { column, rows } = await importTexts();
    expect(column).toMatchObject({ kind: 'text', dtype: 'i32', shape: [6] });
    expect(column.classes?.slice(0, 8)).toEqual(['<pad>', '<unk>', 'a', 'the', 'cat', 'dog', 'on', 'sat']);
    const words = (row: number): string[] =>
      rows.slice(6 * row, 6 * row + 6).map((index) => column.classes![index]);
    expect(words(0)).toEqual(['the', 'cat', 'sat', 'on', 'the', 'mat']);
    expect(words(3)).toEqual(['a', 'cat', 'and', 'a', 'dog', 'ran']);
  });

  it('is cut and filled up to the length that is set, and knows as many tokens as it may', async () => {
    const { column, rows } = await importTexts({ length: 8, vocabulary: 4, lowerCase: false });
    expect(column.classes).toEqual(['<pad>', '<unk>', 'cat', 'dog']);
    expect(rows.slice(0, 8)).toEqual([1, 2, 1, 1, 1, 1, 0, 0]);
    const cut = await importTexts({ length: 2 });
    expect(cut.column.shape).toEqual([2]);
    expect(cut.rows).toHaveLength(8);
  });

  it('can be read character by character', async () => {
    const { column, rows } = await importTexts({ tokenizer: 'characters', length: 3 });
    expect(rows.slice(0, 3).map((index) => column.classes![index])).toEqual(['t', 'h', 'e']);
  });

  it('learns its vocabulary from the training part alone', async () => {
    const path = await folder.write('texts.tsv', TABLE);
    const columns = [{ name: 'text', kind: 'text', role: 'input', options: {} }] as const;
    const { schema, folder: at } = await folder.import(path, {
      columns,
      split: { validation: 0, test: 0.5, seed: 3, stratify: false },
    });
    const snapshot = await openSnapshot(at);
    const [train, test] = [
      await snapshot.read('train', 'text', 0, 2),
      await snapshot.read('test', 'text', 0, 2),
    ];
    await snapshot.close();
    const { classes } = schema.columns.find(({ name }) => name === 'text')!;
    expect(new Set(train).has(1)).toBe(false);
    expect(new Set(test).has(1)).toBe(true);
    expect(new Set([...train].filter((index) => index > 1)).size).toBe(classes!.length - 2);
  });

  it('refuses settings that it does not have', async () => {
    await expect(importTexts({ length: -1 })).rejects.toMatchObject({
      code: 'PARAM_INVALID',
      problem: { where: 'column "text"' },
    });
  });
});
