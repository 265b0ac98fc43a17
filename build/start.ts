// Opens the studio: with Electron where its program is there or can be fetched, else in a browser.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundleDesktop } from './bundle.ts';
import { ROOT } from './node.mjs';
import { buildRenderer } from './renderer.ts';

/** How long a download of Electron may take before the browser is taken instead. */
const FETCH_MS = 90_000;

await buildRenderer();
const electron = (await electronProgram()) ?? null;
if (electron === null) {
  console.error('Electron is not on this machine and cannot be fetched, so the studio opens in a browser.');
  process.argv.splice(2, 0, 'serve');
  await import('../main/cli/strata.ts');
} else {
  await bundleDesktop();
  const child = spawn(electron, [join(ROOT, 'dist', 'desktop', 'main.js')], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** Path of Electron's program. Its package fetches it at first use, which needs a network. */
async function electronProgram(): Promise<string | null> {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const present = programIn(folder);
  if (present) return present;
  return (await fetchElectron(folder)) ? programIn(folder) : null;
}

function programIn(folder: string): string | null {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' } as Record<
    string,
    string
  >;
  const name = names[process.platform] ?? 'electron';
  if (override) return existsSync(join(override, name)) ? join(override, name) : null;
  const note = join(folder, 'path.txt');
  const file = join(folder, 'dist', existsSync(note) ? readFileSync(note, 'utf8').trim() : name);
  return existsSync(file) ? file : null;
}

function fetchElectron(folder: string): Promise<boolean> {
  const script = join(folder, 'install.js');
  if (!existsSync(script) || process.env.ELECTRON_OVERRIDE_DIST_PATH) return Promise.resolve(false);
  console.error('Looking for Electron …');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script], { stdio: 'ignore', timeout: FETCH_MS });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}
