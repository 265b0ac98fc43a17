import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const VERSES =
  'O wild West Wind, thou breath\nof Autumn’s being, and thou\n\nfrom whose unseen presence the leaves\nare driven, like ghosts\n';

describe('a plain text', () => {
  it('is cut into pieces of one length where it runs on', async () => {
    const path = await folder.write('poem.txt', VERSES);
    const { format, options, columns, rows } = await folder.preview(path);
    expect(format).toBe('plain-text');
    expect(options).toMatchObject({ unit: 'piece', length: 128 });
    expect(columns).toMatchObject([{ name: 'text', kind: 'text', role: 'input' }]);
    expect(rows).toEqual([]);
    expect((await folder.preview(path, { length: 60 })).rows).toEqual([
      [VERSES.slice(0, 60)],
      [VERSES.slice(60, 120)],
    ]);
    const short = await folder.import(path, {
      source: { options: { length: 20 } },
      // The vocabulary is that of the training part.
      split: { validation: 0, test: 0.2 },
    });
    const [column] = short.schema.columns;
    expect(column).toMatchObject({ dtype: 'i32', shape: [20] });
    expect(Object.values(short.schema.rows).reduce((a, b) => a + b)).toBe(Math.floor(VERSES.length / 20));
    expect(column.classes).toContain('W');
  });

  it.each([
    [
      'line',
      [
        'O wild West Wind, thou breath',
        'of Autumn’s being, and thou',
        'from whose unseen presence the leaves',
        'are driven, like ghosts',
      ],
    ],
    [
      'paragraph',
      [
        'O wild West Wind, thou breath\nof Autumn’s being, and thou',
        'from whose unseen presence the leaves\nare driven, like ghosts',
      ],
    ],
  ])('can be read by the %s', async (unit, expected) => {
    const path = await folder.write('poem.txt', VERSES.replaceAll('\n', '\r\n'));
    const { rows } = await folder.preview(path, { unit });
    expect(rows.map(([text]) => text)).toEqual(expected);
  });

  it('that is one endless line is refused', async () => {
    const path = await folder.write(
      'endless.txt',
      `some words first\nand more of them\n${'endless words '.repeat(1_300_000)}`,
    );
    const refused = await folder.refusal(path, {
      source: { format: 'plain-text', options: { unit: 'line' } },
    });
    expect(refused).toMatchObject({ code: 'TEXT_LINE_TOO_LONG', where: `${path}, line 3` });
  });
});
