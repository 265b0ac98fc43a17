import { StrataError } from '../core/errors.ts';
import type { JobProgress } from '../core/import.ts';

/** What an import, a search or a count tells while it runs, and how it is told to stop. */
export interface ImportContext {
  readonly onProgress: (progress: Omit<JobProgress, 'jobId'>) => void;
  readonly signal: AbortSignal;
}

/** For work that nobody watches. */
export const UNWATCHED: ImportContext = { onProgress: () => {}, signal: new AbortController().signal };

/** Ends what is going on where the person cancelled it. */
export function check(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new StrataError({ code: 'CANCELLED', message: 'It was cancelled. Nothing was kept.' });
}
