import type { ImportContext } from '../data/context.ts';
import type { JobProgress } from './protocol.ts';

/** Cancelled work has so long to remove what it has begun to write. */
const PATIENCE_MS = 5000;

interface Job {
  readonly controller: AbortController;
  readonly done: Promise<unknown>;
}

/** What is done under an id, with progress, until it is cancelled: imports, searches and the like. */
export class Jobs {
  private readonly jobs = new Map<string, Job>();
  private readonly tell: (progress: JobProgress) => void;

  constructor(tell: (progress: JobProgress) => void) {
    this.tell = tell;
  }

  async run<T>(jobId: string, work: (context: ImportContext) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const done = work({
      signal: controller.signal,
      onProgress: (progress) => this.tell({ jobId, ...progress }),
    });
    this.jobs.set(jobId, { controller, done });
    try {
      return await done;
    } finally {
      this.jobs.delete(jobId);
    }
  }

  cancel(jobId: string): void {
    this.jobs.get(jobId)?.controller.abort();
  }

  /** Cancels everything, and waits until nothing of it is left. */
  async stopAll(): Promise<void> {
    const jobs = [...this.jobs.values()];
    for (const { controller } of jobs) controller.abort();
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
    await Promise.race([Promise.allSettled(jobs.map(({ done }) => done)), patience]);
  }
}
