// `npm run package`: installers for this system; `-- --dir` stops at the unpacked app, `-- --linux|--win|--mac` chooses a system,
// `-- --electron-dist PATH` takes Electron from a folder instead of fetching it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleDesktop } from './bundle.ts';
import { ROOT } from './node.mjs';
import { buildRenderer } from './renderer.ts';

const { values } = parseArgs({
  options: {
    dir: { type: 'boolean' },
    linux: { type: 'boolean' },
    win: { type: 'boolean' },
    mac: { type: 'boolean' },
    'electron-dist': { type: 'string' },
  },
});

await buildRenderer();
await bundleDesktop();
const parameters = [
  '--config',
  join('build', 'electron-builder.config.mjs'),
  '--publish',
  'never',
  ...(['dir', 'linux', 'win', 'mac'] as const).filter((name) => values[name]).map((name) => `--${name}`),
];
const electronDist = values['electron-dist'];
const child = spawn(
  process.execPath,
  [join(ROOT, 'node_modules', 'electron-builder', 'cli.js'), ...parameters],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...(electronDist && { ELECTRON_DIST: electronDist }) },
  },
);
child.on('exit', (code) => (process.exitCode = code ?? 1));
