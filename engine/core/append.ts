import type { Split } from './dataset.ts';
import type { SourceRequest } from './import.ts';

/** Where rows that are added go: to one part, or they are divided as the first ones were. */
export const AS_BEFORE = 'as-before';
export type AppendPart = Split | typeof AS_BEFORE;

/** Rows that are added to a data set: what the studio, the command line and the engine agree on. */
export interface AppendRequest {
  readonly jobId: string;
  /** Snapshot folder. */
  readonly dataset: string;
  /** Folder that holds snapshots. */
  readonly folder: string;
  /** Name of the new data set. */
  readonly name: string;
  /** Where the rows are; read as the data set itself was where no format is given. */
  readonly source: SourceRequest;
  readonly part: AppendPart;
}
