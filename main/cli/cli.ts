import { formatProblem, toProblem, type Problem } from '../../engine/core/errors.ts';
import { DEVICE_VARIABLE, type DeviceChoice } from '../../engine/process/protocol.ts';
import { StrataApp } from '../app.ts';
import { homeOf } from '../home.ts';
import { nodeHost } from '../node-host.ts';

/** What a command ended with, as shells understand it. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** What commands share: output for people or for programs, the app, and how the process ends. */
export class Cli {
  readonly json: boolean;
  exitCode: number = EXIT.done;

  constructor(json: boolean) {
    this.json = json;
  }

  /** A line for people; programs that read events do not see it. */
  print(line = ''): void {
    if (!this.json) process.stdout.write(`${line}\n`);
  }

  /** A part of a line for people. */
  write(text: string): void {
    if (!this.json) process.stdout.write(text);
  }

  /** One JSON object on a line of its own, for programs. */
  event(event: string, values: object = {}): void {
    if (this.json) process.stdout.write(`${JSON.stringify({ event, ...values })}\n`);
  }

  fail(error: unknown): void {
    const problem = toProblem(error);
    this.exitCode = EXIT.failed;
    if (this.json) this.event('error', problem);
    else process.stderr.write(`${formatProblem(problem)}\n  code: ${problem.code}\n`);
  }

  warn(problem: Problem): void {
    if (this.json) this.event('warning', problem);
    else process.stderr.write(`Note: ${formatProblem(problem)}\n`);
  }

  /** Runs `action` with the app, and ends the app whatever happens. */
  async withApp(action: (app: StrataApp) => Promise<void>, device: DeviceChoice = 'auto'): Promise<void> {
    const home = homeOf();
    const host = nodeHost(home.log);
    // Nothing chosen leaves it to the variable, where a person has set it.
    const engineEnvironment: Record<string, string> = device === 'auto' ? {} : { [DEVICE_VARIABLE]: device };
    const app = new StrataApp(host, { home, engineEnvironment });
    try {
      await action(app);
    } catch (error) {
      app.log.unexpected(error, 'command line');
      throw error;
    } finally {
      await app.close();
    }
  }
}
