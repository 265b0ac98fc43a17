import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { uniform } from '../../core/random.ts';
import type { Problem } from '../../core/errors.ts';
import { Decoder } from './csv-cells.ts';
import { numberIn } from './plain-number.ts';
import { emptyRoom, PieceReader, type Piece } from './csv-pieces.ts';
import { rowsOf } from './csv-rows.ts';
import { columnOf, listed } from './rows.ts';
import { isMissing } from './table.ts';

const WIDTH = 3;

/** Draws of one case, the same each time. */
function draws(seed: number) {
  let step = 0;
  const below = (most: number): number => Math.floor(uniform(seed, 1, 0, step++) * most);
  return { below, pick: <T>(values: readonly T[]): T => values[below(values.length)] };
}

const SIGNS = ['a', '1.5', '-7', 'é', '日本', '🙂', ' ', '', 'NA', 'longer than a short text'];

/** A table whose rows have now and then another width; values with marks, quotes inside, line ends, and more behind a closing quote. */
function tableOf(seed: number, delimiter: string, newline: string): string {
  const { below, pick } = draws(seed);
  const text = (): string => Array.from({ length: below(4) }, () => pick(SIGNS)).join('');
  const value = (): string => {
    switch (below(8)) {
      case 0:
        return `"${text()}${pick(['""', delimiter, newline, 'x'])}${text()}${pick(['""', '', newline])}"`;
      case 1:
        return `"${text()}"y${text()}`;
      case 2:
        return `x${text()}"${text()}`;
      default:
        return text();
    }
  };
  const row = (): string => Array.from({ length: below(9) ? WIDTH : below(5) }, value).join(delimiter);
  return Array.from({ length: 12 }, row).join(newline) + pick(['', newline]);
}

/** What is read of a text that comes in pieces of a few bytes. */
function readPieces(text: string, delimiter: string, seed: number, most = 40) {
  const marks = {
    delimiter: Buffer.from(delimiter),
    quoted: true,
    newline: text.includes('\n') || !text.includes('\r') ? 10 : 13,
  };
  const table = {
    marks,
    encoding: 'utf-8',
    skip: 0,
    width: WIDTH,
    named: false,
    numeric: Uint8Array.of(1, 0, 1),
  };
  const reader = new PieceReader('table', table);
  const decoder = new Decoder();
  const { below } = draws(seed);
  const bytes = Buffer.from(text);
  const read: { rows: ReturnType<typeof listed>; numbers: number[][]; problems: readonly Problem[] }[] = [];
  let room = emptyRoom();
  const take = (piece: Piece) => {
    const rows = rowsOf(piece, table, decoder);
    const columns = Array.from({ length: WIDTH }, (_, column) => {
      const numbers = new Float32Array(rows.length);
      columnOf(rows, column).numbers(numbers);
      return numbers;
    });
    const numbers = Array.from({ length: rows.length }, (_, row) => columns.map((column) => column[row]));
    read.push({ rows: listed(rows), numbers, problems: piece.problems });
    ({ room } = piece);
  };
  for (let at = 0; at < bytes.length;) {
    const length = 1 + below(most);
    take(reader.read(bytes.subarray(at, at + length), room));
    at += length;
  }
  take(reader.end(room));
  return {
    rows: read.flatMap(({ rows }) => rows),
    numbers: read.flatMap(({ numbers }) => numbers),
    widths: read.flatMap(({ problems }) => problems.map(({ got }) => Number.parseInt(String(got)))),
  };
}

describe('tables that come in pieces', () => {
  it.each([
    [',', '\n'],
    [';', '\r\n'],
    ['\t', '\r'],
    ['::', '\n'],
    ['\x01', '\r\n'],
    ['¦|', '\r'],
  ])('are divided as csv-parse divides them: %j, %j', (delimiter, newline) => {
    for (let seed = 1; seed <= 300; seed++) {
      const text = tableOf(seed, delimiter, newline);
      const expected = parse(text, {
        delimiter,
        record_delimiter: newline,
        relax_column_count: true,
        relax_quotes: true,
        skip_empty_lines: true,
      });
      const got = readPieces(text, delimiter, seed + 1000);
      expect(got.rows, text).toEqual(
        expected
          .filter((row) => row.length === WIDTH)
          .map((row) => row.map((cell) => (isMissing(cell) ? null : cell))),
      );
      expect(got.widths, text).toEqual(
        expected.filter((row) => row.length !== WIDTH).map((row) => row.length),
      );
    }
  });
});

describe('numbers of regular rows', () => {
  it('are those that JavaScript reads, wherever pieces end and whatever stands between them', () => {
    const { below, pick } = draws(11);
    const digits = (most: number): string => String(below(10 ** (1 + below(most))));
    const number = (): string =>
      pick(['', '', '-', '+']) +
      pick([digits(9), `${digits(6)}.${digits(8)}`, `.${digits(4)}`, `${digits(3)}.`]);
    const other = (): string =>
      pick([
        '',
        ' 7',
        '1.2.3',
        '-',
        '.',
        'x9',
        '1e4',
        '123456789012345678',
        '0x1f',
        '12:',
        '?5',
        '1/2',
        '"4"',
        'é',
      ]);
    const value = (): string => (below(30) === 0 ? other() : number());
    for (let seed = 1; seed <= 60; seed++) {
      const rows = Array.from({ length: 1 + below(200) }, () => [
        value(),
        pick(['red', '', 'blue']),
        value(),
      ]);
      const newline = pick(['\n', '\r\n']);
      const text = rows.map((row) => row.join(',') + (below(40) === 0 ? newline : '')).join(newline);
      const got = readPieces(text, ',', seed, 700);
      const expected = rows.map((row) => row.map((cell) => Math.fround(plainNumber(cell))));
      expect(got.numbers, text).toEqual(expected.map((row) => [row[0], Number.NaN, row[2]]));
      expect(got.rows, text).toEqual(rows.map((row) => row.map((cell) => cellOf(cell))));
    }
  });
});

/** The number of a text in the plainest way, where there are at most 15 digits. */
const plainNumber = (cell: string): number => {
  const text = cell.replaceAll('"', '');
  return /^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(text) && text.replace(/\D/g, '').length <= 15
    ? Number(text)
    : Number.NaN;
};

const cellOf = (cell: string): string | null => (isMissing(cell) ? null : cell.replaceAll('"', ''));

describe('numbers in bytes', () => {
  it('are the doubles that JavaScript reads, or are left to it', () => {
    const { below, pick } = draws(7);
    let read = 0;
    for (let at = 0; at < 20_000; at++) {
      const digits = (most: number): string => String(below(10 ** below(most)));
      const text = pick(['', '-', '+']) + digits(10) + pick(['', '.', `.${digits(9)}`, 'e5', '.5.', ' ']);
      const bytes = Buffer.from(text);
      const value = numberIn(bytes, 0, bytes.length);
      if (Number.isNaN(value)) continue;
      read++;
      expect(value, text).toBe(Number(text));
    }
    expect(read).toBeGreaterThan(8_000);
  });

  it.each(['', '-', '.', '-.', '1234567890123456', '1e3', '1,5', '0x10', ' 1'])('leave out %j', (text) => {
    expect(numberIn(Buffer.from(text), 0, text.length)).toBeNaN();
  });
});
