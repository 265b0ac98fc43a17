// Finds a Node that runs TypeScript and better-sqlite3. Plain JavaScript, because any Node must be able to read it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Type stripping without a flag and Node-API 10 are both there from this version on. */
const NEEDED = [22, 18];

/** Path of a fitting Node: the running one, or the one that npm installed beside Strata; null where there is none. */
export function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const file = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

/**
 * Runs a TypeScript file of the project under a fitting Node and ends this process as it ended. Signals go to the child, which
 * decides what they mean.
 */
export function runUnderNode(file, parameters, environment = {}) {
  const node = findNode();
  if (node === null) {
    console.error(
      `Strata needs Node ${NEEDED.join('.')} or newer.\n  got: ${process.version}\n` +
        '  what to do: install a current Node from https://nodejs.org, then run "npm ci" again.',
    );
    process.exit(1);
  }
  const child = spawn(node, [join(ROOT, file), ...parameters], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
