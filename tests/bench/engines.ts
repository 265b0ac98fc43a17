import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Answer, Command } from './serve.ts';

const HERE = import.meta.dirname;
const PEERS = `${HERE}/peers`;
const PYTHON = '/usr/bin/python3';
/** Longest answer: a first step with all its compiling on a software adapter. */
const PATIENCE_MILLISECONDS = 180_000;

export type Environment = Readonly<Record<string, string | undefined>>;

/** An engine of the comparison: a process that obeys lines of JSON (serve.ts). */
export interface Engine {
  readonly name: string;
  readonly program: string;
  readonly parameters: readonly string[];
  readonly environment?: Environment;
}

const node = (name: string, ...parameters: string[]): Engine => ({
  name,
  program: process.execPath,
  parameters,
});

export const ENGINES: readonly Engine[] = [
  node('strata-webgpu', `${HERE}/strata.ts`, 'gpu'),
  node('strata-cpu', `${HERE}/strata.ts`, 'cpu'),
  node('tfjs-webgpu', `${PEERS}/tfjs.mjs`, 'webgpu'),
  node('tfjs-wasm', `${PEERS}/tfjs.mjs`, 'wasm'),
  node('jax-js-webgpu', `${PEERS}/jax.mjs`, 'webgpu'),
  node('jax-js-wasm', `${PEERS}/jax.mjs`, 'wasm'),
  {
    name: 'pytorch-cpu',
    program: PYTHON,
    parameters: [`${PEERS}/torch_engine.py`],
    // They choose another processor's kernels where a machine sets them.
    environment: { OPENBLAS_CORETYPE: undefined, OPENBLAS_L2_SIZE: undefined },
  },
];

/** Installs what the peers need, beside them, where that has not been done. */
export function installPeers(): void {
  if (existsSync(`${PEERS}/node_modules`)) return;
  console.log('Installing what Strata is compared with …');
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: PEERS,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

export class EngineProcess {
  readonly name: string;
  /** What it says it computes on, or why it does not start. */
  readonly hello: Promise<Answer>;
  private readonly child: ChildProcess;
  private receive: (answer: Answer) => void = () => {};
  private said = '';

  constructor({ name, program, parameters, environment }: Engine, surroundings: Environment) {
    this.name = name;
    this.child = spawn(program, [...parameters], {
      env: { ...process.env, ...surroundings, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.hello = this.answer();
    this.child.stderr?.on('data', (text: Buffer) => (this.said = `${this.said}${text}`.slice(-2000)));
    this.child.on('error', (error) => this.receive({ cannot: error.message }));
    this.child.on('exit', () => this.receive({ cannot: this.lastWords() }));
    // Libraries greet on the same channel.
    createInterface(this.child.stdout!).on('line', (line) => {
      if (line.startsWith('{')) this.receive(JSON.parse(line) as Answer);
    });
  }

  ask(command: Command): Promise<Answer> {
    const answer = this.answer();
    this.child.stdin?.write(`${JSON.stringify(command)}\n`);
    return answer;
  }

  close(): void {
    this.child.stdin?.end();
    this.child.kill();
  }

  private answer(): Promise<Answer> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.child.kill('SIGKILL');
        resolve({ cannot: `no answer within ${PATIENCE_MILLISECONDS / 60_000} minutes` });
      }, PATIENCE_MILLISECONDS);
      this.receive = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
    });
  }

  private lastWords(): string {
    const lines = this.said.split('\n').filter((line) => line.trim() !== '');
    return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'the process ended';
  }
}
