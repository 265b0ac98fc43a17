import { stat } from 'node:fs/promises';
import { StrataError } from '../../core/errors.ts';

/** Does something with a file or folder. Throws `SOURCE_CHANGED` where somebody has written to it meanwhile. */
export async function unchanged<T>(path: string, use: () => Promise<T>): Promise<T> {
  const before = await stateOf(path);
  const result = await use();
  if ((await stateOf(path)) === before) return result;
  throw new StrataError({
    code: 'SOURCE_CHANGED',
    message: 'The file was changed while it was read. Nothing was kept.',
    where: path,
    fix: 'Wait until nothing writes to it any more, or import a copy.',
  });
}

/** What changes when somebody writes to a file. */
async function stateOf(path: string): Promise<string> {
  const facts = await stat(path).catch(() => undefined);
  return facts ? `${facts.size} ${facts.mtimeMs}` : 'gone';
}
