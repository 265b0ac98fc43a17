import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointFiles } from './checkpoint-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('checkpoint files', () => {
  it('writes the file whole, with its hash, and nothing beside it', async () => {
    const store = checkpointFiles(join(folder, 'run'));
    const { path, sha256 } = await store.write(7, Uint8Array.of(1, 2, 3));
    expect(await readdir(join(folder, 'run'))).toEqual(['step-7.safetensors']);
    expect(sha256).toBe(
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
    expect([...(await store.read(path))]).toEqual([1, 2, 3]);
  });

  it('keeps the newest two', async () => {
    const store = checkpointFiles(folder);
    for (const step of [9, 10, 100]) await store.write(step, Uint8Array.of(step));
    expect((await readdir(folder)).sort()).toEqual(['step-10.safetensors', 'step-100.safetensors']);
  });

  it('removes checkpoints that a continuation from an earlier step has overtaken', async () => {
    const store = checkpointFiles(folder);
    for (const step of [10, 20, 12]) await store.write(step, Uint8Array.of(step));
    expect((await readdir(folder)).sort()).toEqual(['step-10.safetensors', 'step-12.safetensors']);
  });

  it('says why a checkpoint cannot be written', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    await expect(checkpointFiles(blocked).write(1, Uint8Array.of(1))).rejects.toMatchObject({
      code: 'CHECKPOINT_WRITE',
    });
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full (where there is a /dev/full)', async () => {
    await symlink('/dev/full', join(folder, 'step-1.safetensors.part'));
    await expect(checkpointFiles(folder).write(1, Uint8Array.of(1))).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
  });

  it('says that a checkpoint is missing', async () => {
    await expect(checkpointFiles(folder).read(join(folder, 'none'))).rejects.toMatchObject({
      code: 'CHECKPOINT_MISSING',
    });
  });
});
