import { closeSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import writeWorkbookFile from 'write-excel-file/node';
import { uniform } from '../../engine/core/random.ts';

/** Files for the benchmark of importing, of made-up values; the same ones each time. */

const COLOURS = ['red', 'green', 'blue', 'yellow'];
const WORDS =
  'the quick brown fox, jumps over "lazy" dogs while it rains in Málaga and nobody knows why'.split(' ');
const NUMBERS = 8;

type Draw = (most: number) => number;

function draws(): Draw {
  let step = 0;
  return (most) => uniform(1, 1, step >>> 24, step++ & 0xffffff) * most;
}

const numbersOf = (draw: Draw): number[] =>
  Array.from({ length: NUMBERS }, (_, at) => Number((draw(1000) - 500).toFixed(1 + (at % 4))));

/** Eight numbers, a category, a class. */
function numberRow(draw: Draw): string {
  return `${numbersOf(draw).join(',')},${COLOURS[draw(4) | 0]},${draw(3) | 0}\n`;
}

/** A quoted sentence of some ten words with marks inside, a class. */
function textRow(draw: Draw): string {
  const words = Array.from({ length: 5 + draw(10) }, () => WORDS[draw(WORDS.length) | 0]);
  return `"${words.join(' ').replaceAll('"', '""')}",${COLOURS[draw(4) | 0]}\n`;
}

const NAMES = [...Array.from({ length: NUMBERS }, (_, at) => `n${at}`), 'colour', 'class'];

/** A file that grows row by row until it is large enough; returns its bytes. */
function writeLines(path: string, bytes: number, head: string, row: (draw: Draw) => string): number {
  const draw = draws();
  const file = openSync(path, 'w');
  let written = writeSync(file, head);
  while (written < bytes) written += writeSync(file, Array.from({ length: 5000 }, () => row(draw)).join(''));
  closeSync(file);
  return written;
}

const objectRow = (draw: Draw): string => {
  const numbers = numbersOf(draw);
  return JSON.stringify({
    size: { x: numbers[0], y: numbers[1] },
    rest: numbers.slice(2),
    class: COLOURS[draw(4) | 0],
  });
};

/** The table of numbers column by column, for files that are written whole. */
function columnsOf(rows: number) {
  const draw = draws();
  const numbers = Array.from({ length: NUMBERS }, () =>
    Float64Array.from({ length: rows }, () => draw(1000) - 500),
  );
  const classes = Array.from({ length: rows }, () => COLOURS[draw(4) | 0]);
  return { numbers, classes };
}

function writeParquet(path: string, bytes: number): number {
  const { numbers, classes } = columnsOf(Math.floor(bytes / 70));
  const columnData = [
    ...numbers.map((data, at) => ({ name: NAMES[at], data, type: 'DOUBLE' as const })),
    { name: 'class', data: classes, type: 'STRING' as const },
  ];
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData })));
  return statSync(path).size;
}

function writeArrow(path: string, bytes: number): number {
  const { numbers, classes } = columnsOf(Math.floor(bytes / 70));
  const named = numbers.map((data, at) => [NAMES[at], data] as const);
  writeFileSync(path, tableToIPC(tableFromArrays({ ...Object.fromEntries(named), class: classes }), 'file'));
  return statSync(path).size;
}

function writeDatabase(path: string, bytes: number): number {
  rmSync(path, { force: true });
  const database = new DatabaseSync(path);
  const draw = draws();
  database.exec(
    `CREATE TABLE rows (${NAMES.slice(0, NUMBERS).join(' REAL,')} REAL, class TEXT) STRICT; BEGIN`,
  );
  const insert = database.prepare(`INSERT INTO rows VALUES (${'?,'.repeat(NUMBERS)}?)`);
  for (let row = 0; row < bytes / 90; row++) insert.run(...numbersOf(draw), COLOURS[draw(4) | 0]);
  database.exec('COMMIT');
  database.close();
  return statSync(path).size;
}

async function writeWorkbook(path: string, bytes: number): Promise<number> {
  const { numbers, classes } = columnsOf(Math.floor(bytes / 1000));
  const rows = classes.map((name, row) => [
    ...numbers.map((column) => ({ value: column[row] })),
    { value: name },
  ]);
  const names = [...NAMES.slice(0, NUMBERS), 'class'].map((value) => ({ value }));
  await (await writeWorkbookFile([names, ...rows])).toFile(path);
  return statSync(path).size;
}

type Write = (path: string, bytes: number) => number | Promise<number>;

/** What other parsers read, too. */
export const TABLES: Readonly<Record<string, Write>> = {
  'numbers.csv': (path, bytes) => writeLines(path, bytes, `${NAMES.join(',')}\n`, numberRow),
  'texts.csv': (path, bytes) => writeLines(path, bytes, 'text,class\n', textRow),
};

/** What is imported only. */
export const OTHERS: Readonly<Record<string, Write>> = {
  'objects.jsonl': (path, bytes) => writeLines(path, bytes, '', (draw) => `${objectRow(draw)}\n`),
  'list.json': (path, bytes) => {
    const written = writeLines(path, bytes, '[', (draw) => `${objectRow(draw)},\n`);
    writeFileSync(path, '{"class": "red"}]', { flag: 'a' });
    return written;
  },
  'table.parquet': writeParquet,
  'table.arrow': writeArrow,
  'table.sqlite': writeDatabase,
  'table.xlsx': writeWorkbook,
};
