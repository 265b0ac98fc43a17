import type { Problem } from '../../core/errors.ts';
import type { Cell, RowBatch } from '../format.ts';
import type { Source } from './source.ts';
import { linesOf, textOf } from './text.ts';
import { BATCH_ROWS } from '../tables/typed-table.ts';

/** What a line says: a row, a reason why it is none, or nothing. */
export type LineResult = readonly Cell[] | Problem | null;

/** Rows of a text whose lines each say something by themselves; `number` counts lines from 1. */
export async function* lineRows(
  source: Source,
  read: (line: string, number: number) => LineResult,
): AsyncIterable<RowBatch> {
  const { text, read: bytesRead } = textOf(source);
  let rows: (readonly Cell[])[] = [];
  let problems: Problem[] = [];
  let number = 0;
  for await (const line of linesOf(text, source.path)) {
    const result = read(line, ++number);
    if (result === null) continue;
    if ('code' in result) problems.push(result);
    else rows.push(result);
    if (rows.length + problems.length < BATCH_ROWS) continue;
    yield { rows, problems, done: bytesRead() };
    [rows, problems] = [[], []];
  }
  yield { rows, problems, done: source.bytes };
}

/** A line that is not what its neighbours are. */
export function lineProblem(source: Source, line: number, got: string, expected: string): Problem {
  return {
    code: 'LINE_FORM',
    message: `Line ${line} is not as the others. It was left out.`,
    where: `${source.path}, line ${line}`,
    got: got.slice(0, 80),
    expected,
    fix: 'Correct the line.',
  };
}
