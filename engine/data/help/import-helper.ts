import { Worker } from 'node:worker_threads';
import type { Column } from '../../core/dataset.ts';
import { StrataError, type Problem } from '../../core/errors.ts';
import type { DescribedColumn } from '../columns.ts';
import type { CheckTask } from '../checks/catalogue.ts';
import type { ColumnTask } from '../write-column.ts';

export type HelpTask = { readonly column: ColumnTask<DescribedColumn> } | { readonly check: CheckTask };

export type HelpReply = { readonly result: unknown } | { readonly problem: Problem };

/** Beside this file: as source, or bundled. */
const THREAD = import.meta.url.endsWith('.ts') ? './import-thread.ts' : './import-thread.js';

/** A thread that does some of an import's work, one task at a time. */
export class ImportHelper {
  private readonly worker = new Worker(new URL(THREAD, import.meta.url));
  private answer: PromiseWithResolvers<unknown> | undefined;
  private ended: Error | undefined;

  /** It ends when the import is cancelled. */
  constructor(signal: AbortSignal) {
    const end = (error: Error): void => {
      this.ended = error;
      this.answer?.reject(error);
    };
    this.worker.on('message', (reply: HelpReply) => {
      if ('problem' in reply) this.answer?.reject(new StrataError(reply.problem));
      else this.answer?.resolve(reply.result);
    });
    this.worker.on('error', end);
    this.worker.on('exit', () => end(new Error('The thread that helps with the import has ended.')));
    signal.addEventListener('abort', () => void this.close(), { once: true });
  }

  column(column: ColumnTask<DescribedColumn>): Promise<Column> {
    return this.run({ column }) as Promise<Column>;
  }

  check(check: CheckTask): Promise<readonly Problem[]> {
    return this.run({ check }) as Promise<readonly Problem[]>;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private run(task: HelpTask): Promise<unknown> {
    if (this.ended) return Promise.reject(this.ended);
    this.answer = Promise.withResolvers();
    this.worker.postMessage(task);
    return this.answer.promise;
  }
}
