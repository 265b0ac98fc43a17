import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';
import { toProblem } from '../../core/errors.ts';
import { openSource } from '../sources/source.ts';
import { csvRows } from './csv-rows.ts';
import { columnOf, listed } from './rows.ts';

const WIDTH = 4;
const table = {
  marks: { delimiter: Buffer.from(','), quoted: true, newline: 10 },
  encoding: 'utf-8',
  skip: 0,
  width: WIDTH,
  named: true,
  numeric: Uint8Array.of(1, 0, 0, 1),
};

let folder: ImportFolder;
/** Long enough for a thread, with a ragged row, quotes, and an empty line now and then. */
let lines: string[];
beforeAll(async () => {
  folder = await ImportFolder.create();
  lines = Array.from({ length: 400_000 }, (_, row) => {
    if (row % 10_007 === 5) return `${row},"a ""quoted"", text",x,1`;
    if (row % 20_011 === 6) return 'ragged,row';
    if (row % 30_011 === 7) return '';
    return `${row},colour ${row % 7},Málaga,${(row * 7) % 1000}.25`;
  });
});
afterAll(() => folder.remove());

const textOf = (rows: readonly string[]): string => ['number,colour,town,price', ...rows].join('\n');

/** Everything that is read of a file, as one value that can be compared. */
async function readAll(path: string, all: boolean) {
  const source = await openSource(path, folder.path);
  const read = { rows: 0, problems: [] as unknown[], cells: 0, sums: [0, 0], done: 0 };
  for await (const { rows, problems, done } of csvRows(source, table, all)) {
    read.problems.push(...problems);
    read.rows += rows.length;
    for (const row of listed(rows)) read.cells = (Math.imul(read.cells, 31) + hash(row.join('|'))) | 0;
    for (const [at, column] of [0, 3].entries()) {
      const numbers = new Float32Array(rows.length);
      columnOf(rows, column).numbers(numbers);
      for (const number of numbers) read.sums[at] += number;
    }
    read.done = done;
  }
  return { ...read, bytes: source.bytes };
}

const hash = (text: string): number => {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = (Math.imul(sum, 33) + text.charCodeAt(at)) | 0;
  return sum;
};

describe('a long table', () => {
  it('is read in a thread as it is read without one', async () => {
    const path = await folder.write('long.csv', textOf(lines));
    const threaded = await readAll(path, true);
    expect(threaded.bytes).toBeGreaterThan(8 * 2 ** 20);
    expect(threaded).toEqual(await readAll(path, false));
    const ragged = lines.filter((line) => line === 'ragged,row').length;
    expect(threaded.problems).toHaveLength(ragged);
    expect(threaded.rows).toBe(lines.filter((line) => line !== '').length - ragged);
    expect(threaded.done).toBe(threaded.bytes);
  });

  it('may be packed', async () => {
    const path = await folder.write('noise.csv', textOf(lines.map((line, row) => `${line}${noise(row)}`)));
    const packed = `${path}.gz`;
    await pipeline(createReadStream(path), createGzip({ level: 1 }), createWriteStream(packed));
    const threaded = await readAll(packed, true);
    expect(threaded.bytes).toBeGreaterThan(8 * 2 ** 20);
    expect(threaded).toEqual(await readAll(packed, false));
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x41]), 'TEXT_ENCODING'],
    ['a quotation mark that stays open', Buffer.from('\n1,"open'), 'CSV_QUOTE_OPEN'],
  ])('tells of %s near its end as it would without a thread', async (_, damage, code) => {
    const bytes = Buffer.concat([Buffer.from(textOf(lines)), damage, Buffer.from('\n1,a,b,2\n')]);
    const path = await folder.write('damaged.csv', bytes);
    const problemOf = (all: boolean) => readAll(path, all).then(() => null, toProblem);
    const threaded = await problemOf(true);
    expect(threaded?.code).toBe(code);
    expect(threaded).toEqual(await problemOf(false));
  });

  it('lets its thread end where somebody has seen enough', async () => {
    const source = await openSource(await folder.write('left.csv', textOf(lines)), folder.path);
    const threads = () => (process.report.getReport() as { workers: readonly unknown[] }).workers.length;
    const before = threads();
    for await (const { rows } of csvRows(source, table, true)) if (rows.length > 0) break;
    expect(threads()).toBe(before);
  });
});

/** Signs that cannot be packed well. */
function noise(row: number): string {
  let state = row + 1;
  return Array.from({ length: 5 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state.toString(36);
  }).join('');
}
