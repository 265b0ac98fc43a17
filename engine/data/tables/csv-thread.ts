import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { toProblem, type Problem } from '../../core/errors.ts';
import type { Content } from '../sources/source.ts';
import {
  csvPieces,
  emptyRoom,
  receivedRoom,
  type CsvTable,
  type ReadPiece,
  type Room,
} from './csv-pieces.ts';

/** Entry point of a thread that scans a table. It gets the rooms of pieces back when their rows have been used. */

/** What the thread is started with. */
export interface ScanTask {
  readonly source: Content;
  readonly table: CsvTable;
}

/** A piece; why there is none; or nothing, at the end. */
export interface ScanReply {
  readonly piece?: ReadPiece;
  readonly problem?: Problem;
}

/** Pieces that are ready before they are wanted, and the one that is in use. */
const ROOMS = 4;

const port = parentPort!;
const { source, table } = workerData as ScanTask;
const unused = Array.from({ length: ROOMS }, emptyRoom);
const returned = on(port, 'message');

async function nextRoom(): Promise<Room> {
  return unused.pop() ?? receivedRoom(((await returned.next()).value as [Room])[0]);
}

try {
  for await (const piece of csvPieces(source, table, nextRoom))
    port.postMessage({ piece } satisfies ScanReply);
  port.postMessage({} satisfies ScanReply);
} catch (error) {
  port.postMessage({ problem: toProblem(error) } satisfies ScanReply);
}
