import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, expect, test } from '@playwright/test';
import { bundleDesktop } from '../../build/bundle.ts';
import { buildRenderer } from '../../build/renderer.ts';

/** The desktop app itself. It runs wherever Electron's program is; elsewhere the report says that it did not. */

const PACKAGE = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
const PROGRAM = join(
  process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(PACKAGE, 'dist'),
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string] ??
    'electron',
);
const MAIN = fileURLToPath(new URL('../../dist/desktop/main.js', import.meta.url));
const present = existsSync(PROGRAM);

test(
  'the desktop app opens, is locked down, and trains a template on its own WebGPU'.concat(
    present ? '' : ' (DID NOT RUN: there is no Electron program on this machine)',
  ),
  async () => {
    test.skip(!present, `There is no Electron program at ${PROGRAM}.`);
    await buildRenderer();
    await bundleDesktop();
    const home = mkdtempSync(join(tmpdir(), 'strata-desktop-'));
    const app = await _electron.launch({
      executablePath: PROGRAM,
      args: [MAIN, ...(process.platform === 'linux' ? ['--no-sandbox'] : [])],
      env: { ...process.env, STRATA_HOME: home } as Record<string, string>,
    });
    try {
      // The window that computes is hidden and may come first.
      await expect.poll(() => app.windows().some((page) => page.url() === 'app://studio/')).toBe(true);
      const page = app.windows().find((window) => window.url().startsWith('app://studio/'))!;
      expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe(
        'undefined',
      );
      await page.getByRole('button', { name: /Iris/ }).first().click();
      const create = page.getByRole('dialog').getByRole('button', { name: /create|use/i });
      if (await create.count()) await create.first().click();
      await page.getByRole('tab', { name: 'Train' }).click();
      await page.getByRole('button', { name: 'Start training' }).click();
      await expect(page.getByText('Finished', { exact: true })).toBeVisible({ timeout: 90_000 });
    } finally {
      await app.close();
      rmSync(home, { recursive: true, force: true });
    }
  },
);
