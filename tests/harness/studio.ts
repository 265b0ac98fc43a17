import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Browser, type Page } from '@playwright/test';
import { buildRenderer } from '../../build/renderer.ts';
import { launchChromium } from './chromium.ts';

const CLI = fileURLToPath(new URL('../../main/cli/strata.ts', import.meta.url));
const START_MS = 60_000;

/** A serve host of its own, over a store of its own. */
export class StudioHost {
  readonly home: string;
  private child: ChildProcess | null = null;

  constructor() {
    this.home = mkdtempSync(join(tmpdir(), 'strata-e2e-'));
  }

  /** Starts the host; returns the address with its one-time token. */
  async start(): Promise<string> {
    const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', '--no-open'], {
      env: { ...process.env, STRATA_HOME: this.home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    return new Promise((resolve, reject) => {
      let output = '';
      const timer = setTimeout(() => reject(new Error(`The host did not start:\n${output}`)), START_MS);
      const read = (data: Buffer) => {
        output += String(data);
        const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(output)?.[0];
        if (!url) return;
        clearTimeout(timer);
        resolve(url);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.on('exit', (code) => reject(new Error(`The host ended with ${code}:\n${output}`)));
    });
  }

  /** Ends the host as Ctrl-C does, and waits for it. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

interface Fixtures {
  readonly host: StudioHost;
  /** A page of the studio, signed in, on the home page. What it prints as an error fails the test. */
  readonly studio: Page;
}

export const test = base.extend<Fixtures, { chromium: Browser }>({
  chromium: [
    // Playwright wants to see which fixtures are used, and this one uses none.
    async ({}, use) => {
      await buildRenderer();
      const browser = await launchChromium();
      await use(browser);
      await browser.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  host: async ({}, use) => {
    const host = new StudioHost();
    await use(host);
    await host.stop();
    host.remove();
  },
  studio: async ({ chromium, host }, use) => {
    const context = await chromium.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(await host.start());
    await use(page);
    await context.close();
    expect(errors).toEqual([]);
  },
});

export { expect };
