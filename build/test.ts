// `npm test`: everything that must hold, stage by stage. Stages of one row run side by side on the two cores of the smallest machine.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { softwareVulkanEnvironment } from '../tests/harness/software-vulkan.ts';
import { ROOT } from './node.mjs';

interface Stage {
  readonly name: string;
  /** Program of node_modules/.bin, and its parameters. */
  readonly command: readonly [string, ...string[]];
}

const RESULTS = join(ROOT, 'test-results');
const VITEST = join(RESULTS, 'vitest.json');
const PLAYWRIGHT = join(RESULTS, 'playwright.json');

const ROWS: readonly (readonly Stage[])[] = [
  [
    { name: 'types', command: ['svelte-check', '--tsconfig', 'tsconfig.json', '--fail-on-warnings'] },
    { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  ],
  [{ name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] }],
  [
    {
      name: 'unit, conformance and integration',
      command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST}`],
    },
  ],
  [{ name: 'end to end', command: ['playwright', 'test'] }],
];

rmSync(RESULTS, { recursive: true, force: true });
const environment = { ...process.env, ...(await softwareVulkanEnvironment()) };
const failed: string[] = [];
for (const row of ROWS) {
  const outcomes = await Promise.all(row.map(run));
  failed.push(...row.filter((_, at) => !outcomes[at]).map(({ name }) => name));
}
report();

function run({ name, command: [program, ...parameters] }: Stage): Promise<boolean> {
  const started = Date.now();
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', '.bin', program), ...parameters], {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (data: Buffer) => (output += String(data));
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(0);
      console.log(`\n== ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n${output.trimEnd()}`);
      resolve(code === 0);
    });
  });
}

/** Sums up, and ends with a line of its own that tools can read. */
function report(): void {
  const vitest = readJson(VITEST) as {
    numPassedTests?: number;
    numFailedTests?: number;
    numPendingTests?: number;
  };
  const { stats } = readJson(PLAYWRIGHT) as {
    stats?: { expected: number; unexpected: number; flaky: number; skipped: number };
  };
  const passed = (vitest.numPassedTests ?? 0) + (stats ? stats.expected + stats.flaky : 0);
  const failures = (vitest.numFailedTests ?? 0) + (stats?.unexpected ?? 0);
  const skipped = (vitest.numPendingTests ?? 0) + (stats?.skipped ?? 0);
  if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
  console.log(`\n${passed} passed, ${Math.max(failures, failed.length)} failed, ${skipped} skipped`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function readJson(path: string): object {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as object) : {};
}
