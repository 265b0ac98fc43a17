import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StrataError } from '../../core/errors.ts';
import type { RowBatch, Rows } from '../format.ts';
import type { Source } from '../sources/source.ts';
import { CsvCells, Decoder } from './csv-cells.ts';
import {
  csvPieces,
  emptyRoom,
  receivedRoom,
  type CsvTable,
  type Piece,
  type ReadPiece,
} from './csv-pieces.ts';
import type { ScanReply, ScanTask } from './csv-thread.ts';

/** A table that is shorter is read before a thread would have started. */
const WORTH_A_THREAD = 8 * 2 ** 20;

/**
 * The rows of a table in text, some thousands at a time. Where `all` of a long file are wanted, a thread of its own scans what comes next
 * while a batch is used. Throws what `csvPieces` does.
 */
export async function* csvRows(source: Source, table: CsvTable, all: boolean): AsyncIterable<RowBatch> {
  const decoder = new Decoder();
  // A file of an archive is opened by a function, which no thread can be given.
  const threaded = all && !source.open && source.bytes >= WORTH_A_THREAD;
  for await (const piece of threaded ? scannedInThread(source, table) : scannedHere(source, table))
    yield { rows: rowsOf(piece, table, decoder), problems: piece.problems, done: piece.done };
}

/** The cells of a piece, until its room is used again. */
export function rowsOf({ room, rows }: Piece, { width }: CsvTable, decoder: Decoder): Rows {
  const layout = { ...room, width };
  const columns = Array.from({ length: width }, (_, column) => new CsvCells(layout, column, rows, decoder));
  return { length: rows, columns };
}

async function* scannedHere(source: Source, table: CsvTable): AsyncIterable<ReadPiece> {
  let room = emptyRoom();
  for await (const piece of csvPieces(source, table, () => room)) {
    yield piece;
    ({ room } = piece);
  }
}

/** Beside this file: as source, or bundled. */
const THREAD = import.meta.url.endsWith('.ts') ? './csv-thread.ts' : './csv-thread.js';

async function* scannedInThread(source: Source, table: CsvTable): AsyncIterable<ReadPiece> {
  const { job: _, ...content } = source;
  const worker = new Worker(new URL(THREAD, import.meta.url), {
    workerData: { source: content, table } satisfies ScanTask,
  });
  try {
    for await (const [reply] of on(worker, 'message', { close: ['exit'] })) {
      const { piece, problem } = reply as ScanReply;
      if (problem) throw new StrataError(problem);
      if (!piece) return;
      const room = receivedRoom(piece.room);
      yield { ...piece, room };
      worker.postMessage(room);
    }
    throw new Error('The thread that scans a table has ended.');
  } finally {
    await worker.terminate();
  }
}
