import { parentPort } from 'node:worker_threads';
import { toProblem } from '../../core/errors.ts';
import { checkApart } from '../checks/catalogue.ts';
import { beginApart } from '../columns.ts';
import { writeColumn } from '../write-column.ts';
import type { HelpReply, HelpTask } from './import-helper.ts';

/** Entry point of a thread that helps with an import. Whoever cancels ends the thread. */

const port = parentPort!;
const { signal } = new AbortController();

function perform(task: HelpTask): Promise<unknown> {
  if ('check' in task) return checkApart(task.check, signal);
  return writeColumn({ ...task.column, column: beginApart(task.column.column) }, signal);
}

port.on('message', (task: HelpTask) => {
  perform(task).then(
    (result) => port.postMessage({ result } satisfies HelpReply),
    (error: unknown) => port.postMessage({ problem: toProblem(error) } satisfies HelpReply),
  );
});
