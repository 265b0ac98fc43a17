import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { IRIS_COLUMNS, IRIS_ROWS, IRIS_TEXTS } from '../../../tests/harness/iris-rows.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const LINES = IRIS_ROWS.map((row) => JSON.stringify(row));

describe('JSON lines', () => {
  it('become a table', async () => {
    const path = await folder.write('rows.txt', LINES.join('\n'));
    const { format, columns, rows } = await folder.preview(path);
    expect(format).toBe('jsonl');
    expect(columns).toMatchObject(IRIS_COLUMNS);
    expect(rows).toEqual(IRIS_TEXTS);
    const { schema, skipped } = await folder.import(path);
    expect(schema.columns).toMatchObject(IRIS_COLUMNS);
    expect(skipped).toEqual([]);
  });

  it('whose names come up late have a column for each', async () => {
    const lines = Array.from({ length: 3000 }, (_, at) =>
      JSON.stringify({ a: at, ...(at === 2500 && { late: [7] }) }),
    );
    const { columns } = await folder.preview(await folder.write('late.jsonl', lines.join('\n')));
    expect(columns.map(({ name }) => name)).toEqual(['a', 'late.0']);
  });

  it('tell of values that come up later than any look reaches, and where', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) =>
      JSON.stringify({
        text: 'x'.repeat(600),
        a: at,
        c: at < 4800 ? [1] : [1, 2],
        ...(at > 4900 && { late: 1 }),
      }),
    );
    const path = await folder.write('later.jsonl', lines.join('\n'));
    const { skipped, skippedTotal, schema } = await folder.import(path);
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(5000);
    expect(skippedTotal).toBe(2);
    expect(skipped).toMatchObject([
      { code: 'RECORD_SURPLUS', got: 'a value for "c.1"', where: `${path}, line 4801 and further on` },
      { code: 'RECORD_SURPLUS', got: 'a value for "late"', where: `${path}, line 4902 and further on` },
    ]);
  });

  it('may be one line, in a file that is called so', async () => {
    const { format, rows } = await folder.preview(await folder.write('one.jsonl', '{"a": [1, 2], "b": "x"}'));
    expect({ format, rows }).toEqual({ format: 'jsonl', rows: [['1', '2', 'x']] });
  });

  it('with nested values become columns by path', async () => {
    const records = [0, 1, 2].map((at) => ({
      size: { width: at, height: 2 * at },
      codes: [at, 9],
      kind: `k${at % 2}`,
    }));
    const path = await folder.write(
      'nested.jsonl',
      records.map((record) => JSON.stringify(record)).join('\n'),
    );
    const { columns, rows } = await folder.preview(path);
    expect(columns.map(({ name }) => name)).toEqual([
      'size.width',
      'size.height',
      'codes.0',
      'codes.1',
      'kind',
    ]);
    expect(rows[1]).toEqual(['1', '2', '1', '9', 'k1']);
  });

  it('with lists of tokens and their tags become token tagging', async () => {
    const records = Array.from({ length: 20 }, (_, at) => ({
      id: `s${at}`,
      tokens: ['Anna', 'lives', 'in', `Rome${at}`].slice(0, 2 + (at % 3)),
      ner_tags: [1, 0, 0, 2].slice(0, 2 + (at % 3)),
    }));
    const path = await folder.write('ner.jsonl', records.map((record) => JSON.stringify(record)).join('\n'));
    const { schema, skipped } = await folder.import(path);
    expect(skipped).toEqual([]);
    expect(schema.columns).toMatchObject([
      { name: 'tokens', kind: 'text', role: 'input', shape: [4] },
      {
        name: 'ner_tags',
        kind: 'tags',
        role: 'target',
        shape: [4],
        classes: [expect.any(String), '0', '1', '2'],
      },
    ]);
  });

  it('with an embedding in each become a column of tensors', async () => {
    const lines = Array.from({ length: 30 }, (_, at) =>
      JSON.stringify({ vector: Array.from({ length: 20 }, (_, place) => at + place), label: `k${at % 2}` }),
    );
    const path = await folder.write(
      'vectors.jsonl',
      [lines[0], '{"vector": [1, 2], "label": "k1"}', ...lines.slice(1)].join('\n'),
    );
    const { schema, skipped } = await folder.import(path);
    expect(schema.columns).toMatchObject([
      { name: 'vector', kind: 'tensor', role: 'input', shape: [20] },
      { name: 'label', role: 'target', counts: [15, 15] },
    ]);
    expect(skipped).toMatchObject([{ code: 'CELL_TYPE', got: '[1,2]' }]);
  });

  it('that are very deep are listed and left out', async () => {
    const deep = (depth: number) => `{"deep": ${'['.repeat(depth)}1${']'.repeat(depth)}}`;
    const path = await folder.write('deep.jsonl', [...LINES, deep(100_000), deep(300)].join('\n'));
    const { skipped } = await folder.import(path);
    expect(skipped.map(({ code, where }) => [code, where])).toEqual([
      ['JSON_LINE', `${path}, line 5`],
      ['JSON_LINE', `${path}, line 6`],
    ]);
  });

  it('that are none are listed with their number and left out', async () => {
    const path = await folder.write('bad.jsonl', [...LINES, '{"width": 1,', '', '7'].join('\n'));
    const { schema, skipped } = await folder.import(path);
    expect(Object.values(schema.rows).reduce((a, b) => a + b)).toBe(4);
    expect(skipped).toMatchObject([
      { code: 'JSON_LINE', where: `${path}, line 5`, got: '{"width": 1,' },
      { code: 'JSON_LINE', where: `${path}, line 7` },
    ]);
  });

  it('with bytes that are no text are refused', async () => {
    const long = Array.from({ length: 20_000 }, (_, at) => LINES[at % 4]).join('\n');
    const path = await folder.write(
      'bytes.jsonl',
      Buffer.concat([Buffer.from(long), Buffer.from([0x0a, 0xff, 0xfe])]),
    );
    expect(await folder.refusal(path)).toMatchObject({ code: 'TEXT_ENCODING' });
  });
});
