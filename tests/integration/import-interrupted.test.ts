import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { start, temporaryFolder } from './strata.ts';

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());

/** Rows that take some seconds to read. */
const ROWS = 2_000_000;

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'an import whose command ends by %s leaves nothing behind',
  { timeout: 60_000 },
  async (signal) => {
    const table = join(folder, 'table.csv');
    const lines = Array.from({ length: 1000 }, (_, at) => `${at},${Math.sin(at)},text ${at}\n`).join('');
    writeFileSync(table, `n,sine,words\n${lines.repeat(ROWS / 1000)}`);
    const running = start(join(folder, 'home'), 'import', table, '--json');
    await running.printed('Reading rows');
    const left = () => readdirSync(join(folder, 'home', 'datasets'));
    expect(left()).toEqual([expect.stringMatching(/^\.importing-/)]);
    running.process.kill(signal);
    await running.outcome;
    await vi.waitFor(() => expect(left()).toEqual([]), 5000);
  },
);
