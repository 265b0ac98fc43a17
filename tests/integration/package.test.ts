import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const APP = join(ROOT, 'release', 'linux-unpacked');
const UNPACKED = join(APP, 'resources', 'app.asar.unpacked', 'node_modules');

/** Packages the app for Linux around a stand-in for Electron's folder: what is checked is which of our files go in. */
describe.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'npm run package -- --dir --linux (on Linux x64)',
  () => {
    const electron = mkdtempSync(join(tmpdir(), 'strata-electron-'));

    beforeAll(() => {
      mkdirSync(join(electron, 'resources'));
      for (const file of ['electron', 'LICENSE', 'LICENSES.chromium.html', 'version'])
        writeFileSync(join(electron, file), '');
      rmSync(join(ROOT, 'release'), { recursive: true, force: true });
      const parameters = ['build/package.ts', '--dir', '--linux', '--electron-dist', electron];
      execFileSync(process.execPath, parameters, { cwd: ROOT, stdio: 'pipe' });
    }, 240_000);

    afterAll(() => {
      rmSync(electron, { recursive: true, force: true });
      rmSync(join(ROOT, 'release'), { recursive: true, force: true });
    });

    it('holds the native files of this system as files', () => {
      for (const pattern of [
        'webgpu/dist/linux-x64/*.node',
        'better-sqlite3/prebuilds/linux-x64.node',
        '@img/sharp-linux-x64/**/*.node',
      ]) {
        expect(globSync(pattern, { cwd: UNPACKED }), pattern).not.toEqual([]);
      }
    });

    it('holds no native files of other systems, and no Node of its own', () => {
      const native = globSync('**/*.{node,dll,dylib,so}*', { cwd: UNPACKED });
      expect(native.filter((file) => /win32|darwin|arm64|musl/.test(file))).toEqual([]);
      expect(globSync('node-*/**', { cwd: UNPACKED })).toEqual([]);
    });

    it('holds the program', () => {
      expect(existsSync(join(APP, 'resources', 'app.asar'))).toBe(true);
      expect(existsSync(join(APP, 'strata'))).toBe(true);
    });
  },
);
