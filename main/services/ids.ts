import { randomBytes } from 'node:crypto';

/** Id of a project or a run: short enough to be typed on a command line. */
export function newId(): string {
  return randomBytes(6).toString('hex');
}
