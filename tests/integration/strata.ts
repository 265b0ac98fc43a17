import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs the real command line in a process of its own, with a store of its own. */

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What was printed under --json. */
  readonly events: readonly { readonly event: string; readonly [name: string]: unknown }[];
}

export interface Started {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves at the first line of stdout that contains `text`; rejects where the command ends before. */
  printed(text: string): Promise<string>;
}

/** A folder for a test, and what removes it. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'strata-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function start(home: string, ...parameters: readonly string[]): Started {
  return startFile('main/cli/strata.ts', home, parameters);
}

/** Starts a program of the project, as `start` starts the command line. */
export function startFile(
  file: string,
  home: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Started {
  const child = spawn(process.execPath, [join(ROOT, file), ...parameters], {
    cwd: ROOT,
    env: { ...process.env, STRATA_HOME: home, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const outcome = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr, events: eventsOf(stdout) }));
  });
  const printed = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const line = stdout.split('\n').find((candidate) => candidate.includes(text));
        if (line === undefined) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      void outcome.then(({ code }) =>
        reject(new Error(`It ended with ${code} before "${text}":\n${stdout}\n${stderr}`)),
      );
      look();
    });
  return { process: child, outcome, printed };
}

export function strata(home: string, ...parameters: readonly string[]): Promise<Outcome> {
  return start(home, ...parameters).outcome;
}

function eventsOf(stdout: string): Outcome['events'] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Outcome['events'][number]);
}
