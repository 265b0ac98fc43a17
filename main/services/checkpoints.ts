import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StrataError } from '../../engine/core/errors.ts';
import type { ArtifactRow } from '../store/artifacts.ts';
import type { Store } from '../store/open.ts';

/** The checkpoint files that the store knows of. The engine writes them and removes the older ones. */
export class Checkpoints {
  private readonly store: Store;
  private readonly home: string;

  constructor(store: Store, home: string) {
    this.store = store;
    this.home = home;
  }

  exist(runId: string): boolean {
    return this.store.artifacts.checkpoints(runId).some(({ path }) => existsSync(join(this.home, path)));
  }

  /** Forgets the files that are no longer there. */
  prune(runId: string): void {
    for (const { path } of this.store.artifacts.checkpoints(runId)) {
      if (!existsSync(join(this.home, path))) this.store.artifacts.delete(runId, path);
    }
  }

  /** The newest checkpoint whose file is as it was written. Throws `NO_CHECKPOINT`. */
  async newest(runId: string): Promise<ArtifactRow & { readonly file: string }> {
    const checkpoints = this.store.artifacts.checkpoints(runId);
    for (const checkpoint of checkpoints) {
      const file = join(this.home, checkpoint.path);
      if (existsSync(file) && (await sha256Of(file)) === checkpoint.sha256) return { ...checkpoint, file };
    }
    throw new StrataError({
      code: 'NO_CHECKPOINT',
      message: 'This run has no checkpoint.',
      where: `run ${runId}`,
      got:
        checkpoints.length === 0
          ? 'it ended before the first one was written'
          : 'missing or damaged files only',
      fix: 'Start a new run, or begin with the weights of another one.',
    });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
