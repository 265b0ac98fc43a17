import { execFileSync } from 'node:child_process';
import { chmod, mkdir, open } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const ROWS = Array.from({ length: 12 }, (_, at) => `${at}.5,${at % 2 ? 'x' : 'y'}`);

describe('names of columns', () => {
  it('that are missing or said twice are made up without taking those of others', async () => {
    const path = await folder.write('names.csv', ',a,a,a_2,class\n0,1,2,3,x\n1,4,5,6,y\n2,7,8,9,x\n');
    const { columns, warnings } = await folder.preview(path);
    expect(columns.map(({ name }) => name)).toEqual(['column 1', 'a', 'a_3', 'a_2', 'class']);
    expect(warnings.map(({ code, fix }) => [code, fix])).toEqual([
      ['COLUMN_NAME', 'It is called "column 1" here.'],
      ['COLUMN_NAME', 'It is called "a_3" here.'],
    ]);
  });
});

describe('quotation marks', () => {
  it('that are not closed end the import, with their line', async () => {
    const path = await folder.write('open.csv', ['a,class', ...ROWS, '"7.5,x', ...ROWS].join('\n'));
    const problem = await folder.refusal(path, { source: { options: { quotes: 'hold' } } });
    expect(problem).toMatchObject({ code: 'CSV_QUOTE_OPEN', where: `${path}, line 14` });
  });

  it('that are not closed are plain signs where most lines are sound without them', async () => {
    const path = await folder.write('open.csv', ['a,class', ...ROWS, '"7.5,x', ...ROWS].join('\n'));
    const { skipped } = await folder.import(path);
    expect(skipped).toMatchObject([{ code: 'CELL_TYPE', got: '"7.5' }]);
  });

  it('that swallow rows are told with all lines that they hold', async () => {
    const path = await folder.write(
      'swallowed.csv',
      ['text,a', '"one, two",1', '"three\nlines,\n2', 'more",x,3', '"four",4', '"five",5'].join('\n'),
    );
    const { skipped } = await folder.import(path, { source: { options: { quotes: 'hold' } } });
    expect(skipped[0].message).toBe('Lines 3 to 6 are one row, with 3 values instead of 2.');
  });
});

/** GBK of 颜色,类别 and of 红 and 蓝, with some words, so that there is something to go by. */
const GBK = Buffer.concat(
  ['d1d5c9ab2cc0e0b1f00a', ...Array(20).fill('baecc9abb5c4bba82c310ac0b6c9abb5c4ccecbfd52c300a')].map((hex) =>
    Buffer.from(hex, 'hex'),
  ),
);

describe('encodings', () => {
  it.each([
    ['UTF-16, little-endian, without a mark', Buffer.from('größe,stadt\n1,Köln\n2,Bonn\n', 'utf16le')],
    ['UTF-16, big-endian, without a mark', Buffer.from('größe,stadt\n1,Köln\n2,Bonn\n', 'utf16le').swap16()],
  ])('%s', async (_, bytes) => {
    const { columns, rows } = await folder.preview(await folder.write('wide.csv', bytes));
    expect([columns.map(({ name }) => name), rows[0]]).toEqual([
      ['größe', 'stadt'],
      ['1', 'Köln'],
    ]);
  });

  it('GBK, and what it is read as otherwise', async () => {
    const path = await folder.write('gbk.csv', GBK);
    expect((await folder.preview(path)).rows[0]).toEqual(['红色的花', '1']);
    const other = await folder.preview(path, { encoding: 'windows-1252' });
    expect(other.rows[0][0]).toBe('ºìÉ«µÄ»¨');
  });

  // As iconv writes them.
  it.each([
    [
      'shift_jis',
      'lryRTyyKtJF6CpG+mFksgsaCxILglPyWoYK1gqmCwYK9gsWCt4FCConUjnEsgtyCvY1zgquCvYKigsaOdoKigtyCt4FCCo6fmFksk1iI9YLMkc6JnoKqiKuCrYLEjmOUT4LFgrWCvYFCCg==',
      '太郎',
      'とても美味しかったです。',
    ],
    [
      'euc-jp',
      'zL7BsCy0tsHbCsLAz7ospMikxqTiyP7Mo6S3pKukw6S/pMekuaGjCrLWu9IspN6kv7nUpK2kv6SkpMi716SkpN6kuaGjCryhz7osxbmw96TOwtCx/qSssK2kr6TGu8THsKTHpLekv6GjCg==',
      '太郎',
      'とても美味しかったです。',
    ],
    [
      'euc-kr',
      'wMy4pyzIxLHiCsO2vPYswL29xMDMIMGkuLsguMDA1r76vu6/5Aq/tcjxLLTZwL2/oSC2xyC/wLDtIL3Nvu6/5Ao=',
      '철수',
      '음식이 정말 맛있었어요',
    ],
    [
      'big5',
      'qW2mVyy1+73XCqRwqfoss2+uYcBcxlWqurXmq9ymbqZZCqRwtdgsqkGwyK37qrq6QavXpKOk06ZuCg==',
      '小明',
      '這家餐廳的菜很好吃',
    ],
    [
      'windows-1251',
      '6Oz/LO7y5/viCsji4O0szvfl7fwg4urz8e3uIOgg7eXk7vDu4+4Kz7jy8CzE7uvj7iDm5ODr6CDn4Org5yDoIPP46+gKzODw6P8sz/Do5LjsIOX5uCDw4Ocg4vHl6SDx5ez8uOkK',
      'Иван',
      'Очень вкусно и недорого',
    ],
    [
      'koi8-r',
      'yc3RLM/U2tnXCunXwc4s797Fztgg18vV087PIMkgzsXEz9LPx88K8KPU0izkz8zHzyDWxMHMySDawcvB2iDJINXbzMkK7cHSydEs8NLJxKPNIMXdoyDSwdog19PFyiDTxc3Yo8oK',
      'Иван',
      'Очень вкусно и недорого',
    ],
  ])('%s', async (encoding, base64, ...expected) => {
    const path = await folder.write(`${encoding}.csv`, Buffer.from(base64, 'base64'));
    const { rows, reasons } = await folder.preview(path);
    expect(rows[0]).toEqual(expected);
    expect(reasons.join(' ')).toContain(encoding.toUpperCase());
  });

  it('that are mixed in the first lines are refused, too: most of them decide', async () => {
    const lines = ['a,stadt', ...Array<string>(6).fill('1,Köln')].map((line) => Buffer.from(`${line}\n`));
    const path = await folder.write(
      'mixed.csv',
      Buffer.concat([...lines, Buffer.from('2,Köln\n', 'latin1')]),
    );
    const problem = await folder.refusal(path);
    expect(problem).toMatchObject({ code: 'TEXT_ENCODING', where: `${path}, line 8` });
  });

  it('that are mixed are refused with the line where the other begins', async () => {
    const path = await folder.write(
      'mixed.csv',
      Buffer.concat([
        Buffer.from(`a,stadt\n${'1,Köln\n'.repeat(40_000)}`),
        Buffer.from('2,Köln\n', 'latin1'),
      ]),
    );
    const problem = await folder.refusal(path, { source: { options: { delimiter: 'comma' } } });
    expect(problem).toMatchObject({ code: 'TEXT_ENCODING', where: `${path}, line 40002` });
  });
});

describe('bytes that are no table', () => {
  it('with zeros in some rows: they are listed and left out', async () => {
    const path = await folder.write(
      'nul.csv',
      `a,class\n${Array.from({ length: 40_000 }, (_, at) => `${at}.5,${at % 3}`).join('\n')}\n1.5,\0\0\n`,
    );
    const { skipped, skippedTotal } = await folder.import(path);
    expect([skippedTotal, skipped[0]]).toMatchObject([1, { code: 'CSV_NUL', where: `${path}, line 40002` }]);
  });

  it.each([
    ['at the beginning', ''],
    ['behind a quotation mark', '"'],
  ])('in one line without an end, %s', async (_, before) => {
    const path = await folder.write('endless.csv', `a,class\n${ROWS.join('\n')}\n${before}`);
    const file = await open(path, 'a');
    // A gigabyte that takes no room on the disk.
    await file.truncate(2 ** 30);
    await file.close();
    const options = { delimiter: 'comma', encoding: 'utf-8', quotes: 'hold', header: 'names' };
    const problem = await folder.refusal(path, { source: { format: 'csv', options } });
    expect(problem.code).toBe(before ? 'CSV_QUOTE_OPEN' : 'TEXT_LINE_TOO_LONG');
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
  });

  it('in a first line that has no end', async () => {
    const path = await folder.write('endless.csv', '1,2,3,4,'.repeat(2_200_000));
    expect(await folder.refusal(path)).toMatchObject({
      code: 'TEXT_LINE_TOO_LONG',
      where: `${path}, line 1`,
    });
  });

  it.each([
    ['a web page', '<!DOCTYPE html>\n<html><body>a,b,c\n1,2,3</body></html>\n'],
    ['a text in UTF-32', Buffer.from('fffe0000610000002c000000620000000a000000', 'hex')],
    ['a PDF document', '%PDF-1.7\n1,2,3\n'],
    ['packed with bzip2', 'BZh91AY&SY'],
    ['packed with xz', Buffer.from('fd377a585a000004', 'hex')],
    ['a workbook or document of an old Office (.xls, .doc)', Buffer.from('d0cf11e0a1b11ae10000', 'hex')],
  ])('but %s', async (what, content) => {
    const path = await folder.write('table.csv', content);
    expect(await folder.refusal(path)).toMatchObject({ code: 'SOURCE_NOT_DATA', got: what });
  });

  it('but JSON are read as that', async () => {
    const path = await folder.write('table.csv', '[{"a": 1, "class": "x"}, {"a": 2, "class": "y"}]');
    expect((await folder.preview(path)).format).toBe('json');
  });
});

describe('values', () => {
  it('that are infinite or too large are no numbers; NaN is missing', async () => {
    const path = await folder.write(
      'numbers.csv',
      ['a,class', ...ROWS, ...ROWS, ...ROWS, 'Infinity,x', '1e39,y', 'NaN,x'].join('\n'),
    );
    const { skipped, schema } = await folder.import(path, { missing: 'fill' });
    expect(skipped.map(({ code, got }) => [code, got])).toEqual([
      ['CELL_TYPE', 'Infinity'],
      ['CELL_TYPE', '1e39'],
    ]);
    expect(schema.columns[0].missing).toBe(1);
  });
});

describe('places', () => {
  it('without files are told so', async () => {
    await mkdir(`${folder.path}/empty`);
    expect(await folder.refusal(`${folder.path}/empty`)).toMatchObject({ code: 'SOURCE_EMPTY' });
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'that may not be read (not as root, who may read everything)',
    async () => {
      const path = await folder.write('secret.csv', 'a,b\n1,2\n');
      await chmod(path, 0);
      expect(await folder.refusal(path)).toMatchObject({ code: 'SOURCE_UNREADABLE', where: path });
      const inner = `${folder.path}/outer/inner`;
      await mkdir(inner, { recursive: true });
      await chmod(inner, 0);
      for (const above of [inner, `${folder.path}/outer`])
        expect(await folder.refusal(above)).toMatchObject({ code: 'SOURCE_UNREADABLE', where: inner });
    },
  );

  it.skipIf(process.platform === 'win32')(
    'that are pipes or devices are refused, and nobody waits',
    async () => {
      const pipe = `${folder.path}/pipe`;
      execFileSync('mkfifo', [pipe]);
      for (const path of [pipe, '/dev/zero'])
        expect(await folder.refusal(path)).toMatchObject({ code: 'SOURCE_NO_FILE', where: path });
    },
  );
});

describe('a packed file that is damaged', () => {
  const table = `a,b\n${'1,2\n'.repeat(5000)}`;
  it.each([
    ['csv, behind its end', Buffer.concat([gzipSync(table), Buffer.from('more')])],
    ['csv, in its middle', gzipSync(table).fill(255, 40, 60)],
    ['jsonl, at its end', gzipSync('{"a":1,"b":2}\n'.repeat(300_000)).subarray(0, 3000)],
  ])('is refused: %s', async (name, bytes) => {
    const path = await folder.write(`${name}.gz`, bytes);
    expect(await folder.refusal(path)).toMatchObject({ code: 'SOURCE_TRUNCATED', where: path });
  });
});

describe('numbers as people write them', () => {
  it.each([
    ['with decimal commas', ['1,5', '2,25', '-3,0'], 'comma', [1.5, 2.25, -3]],
    ['with thousands set apart', ['1.234,5', '12', '1.000.000'], 'comma', [1234.5, 12, 1e6]],
    ['the English way', ['"1,234.5"', '"12"', '"-1,000,000"'], 'point', [1234.5, 12, -1e6]],
    ['with signs of units', ['$5', '-$1.50', '"$2,000"'], 'point', [5, -1.5, 2000]],
    ['in percent', ['45 %', '3%', '0.5%'], 'point', [45, 3, 0.5]],
  ])('%s', async (name, texts, notation, numbers) => {
    const path = await folder.write(
      `${name}.csv`,
      ['a;class', ...texts.map((text, at) => `${text};${'xyx'[at]}`)].join('\n'),
    );
    const { columns } = await folder.preview(path);
    expect(columns[0]).toMatchObject({ kind: 'number', role: 'input', options: { notation } });
    const split = { validation: 0, test: 0, seed: 1, stratify: false };
    const { schema } = await folder.import(path, { split });
    const { min, max } = schema.columns[0].statistics!;
    expect([min, max]).toEqual([Math.min(...numbers), Math.max(...numbers)]);
  });
});
