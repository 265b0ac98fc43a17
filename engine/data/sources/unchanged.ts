import { stat } from 'node:fs/promises';
import { StrataError, type Problem } from '../../core/errors.ts';

/**
 * Does something with a file or folder. Throws `SOURCE_CHANGED` where somebody has written to it meanwhile, also where that is why it
 * failed.
 */
export async function unchanged<T>(path: string, use: () => Promise<T>): Promise<T> {
  const before = await stateOf(path);
  const [result] = await Promise.allSettled([use()]);
  const failed = result.status === 'rejected';
  if ((await stateOf(path)) === before || (failed && !isOfSource(result.reason))) {
    if (failed) throw result.reason;
    return result.value;
  }
  const problem: Problem = {
    code: 'SOURCE_CHANGED',
    message: 'The file was changed while it was read. Nothing was kept.',
    where: path,
    fix: 'Wait until nothing writes to it any more, or import a copy.',
  };
  throw new StrataError(problem, failed ? { cause: result.reason } : undefined);
}

/** False for what a person did, and for a full disk. */
const isOfSource = (error: unknown): boolean =>
  !['CANCELLED', 'ENOSPC', 'EDQUOT'].includes((error as { readonly code?: string }).code ?? '');

/** What changes when somebody writes to a file. */
async function stateOf(path: string): Promise<string> {
  const facts = await stat(path).catch(() => undefined);
  return facts ? `${facts.size} ${facts.mtimeMs}` : 'gone';
}
