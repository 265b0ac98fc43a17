import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start, strata, temporaryFolder } from './strata.ts';

/** The command line on a disk that is full: a small one in memory, which only root may mount. */

const MEGABYTES = 4;
const { folder, remove } = temporaryFolder();
const disk = join(folder, 'disk');
const mounted = mount();

function mount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'none', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // Root in a container that may not mount.
  }
}

/** Leaves so many bytes free. */
function fillUp(left: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), new Uint8Array(bavail * bsize - left));
}

afterAll(() => {
  if (mounted) execFileSync('umount', [disk]);
  remove();
});

describe.skipIf(!mounted)('a disk that is full (needs root, who may mount a small one)', () => {
  const home = join(disk, 'home');
  const data = join(folder, 'data.csv');

  beforeAll(() => {
    const rows = Array.from(
      { length: 60_000 },
      (_, at) => `${at % 97},${at % 89},${at % 83},${at % 2 ? 'a' : 'b'}`,
    );
    writeFileSync(data, `x,y,z,class\n${rows.join('\n')}\n`);
  });

  it('ends an import with nothing of it left, and the import works when there is space', async () => {
    fillUp(800_000);
    const { code, events } = await strata(home, 'import', data, '--json');
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'error', code: 'DISK_FULL' });
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
    rmSync(join(disk, 'filler'));
    expect((await strata(home, 'import', data, '--json')).events.at(-1)).toMatchObject({ event: 'done' });
  });

  it('ends a run and keeps its last sound checkpoint, from which it goes on when there is space', async () => {
    const running = start(home, 'train', 'iris-mlp', '--epochs', '100000', '--json');
    await running.printed('"checkpoint"');
    fillUp(0);
    const { code, events } = await running.outcome;
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'error', code: 'DISK_FULL' });
    const run = String(events.find(({ event }) => event === 'run')!.id);
    const files = readdirSync(join(home, 'runs', run));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(file).toMatch(/^step-\d+\.safetensors$/);
    rmSync(join(disk, 'filler'));
    const again = start(home, 'train', '--resume', run, '--json');
    await again.printed('"checkpoint"');
    again.process.kill('SIGINT');
    expect((await again.outcome).events.at(-1)).toMatchObject({ event: 'stopped', resumable: true });
  }, 60_000);
});
