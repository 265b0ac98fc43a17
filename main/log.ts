import { appendFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { StrataError } from '../engine/core/errors.ts';

/** Text file for what no person is shown: unexpected errors with their stacks. The engine's output goes there too. */
export class Log {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Keeps an error that is not one of ours; those say all there is to say by themselves. */
  unexpected(error: unknown, where: string): void {
    if (error instanceof StrataError && error.code !== 'INTERNAL') return;
    const text = `${new Date().toISOString()} ${where}: ${inspect(error)}\n`;
    try {
      appendFileSync(this.file, text);
    } catch {
      process.stderr.write(text); // A full disk is the likely reason, or a folder that cannot be made: the text must go somewhere.
    }
  }
}
