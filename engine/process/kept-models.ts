import type { Executor } from '../backends/executor.ts';
import { StrataError } from '../core/errors.ts';

/** Models that stay on the device for their next use, at most. */
const KEPT = 4;

/** A model on a device. */
interface Loaded {
  dispose(): Promise<void>;
}

interface Kept {
  readonly key: string;
  readonly executor: Executor;
  readonly model: Loaded;
}

/**
 * Models that were used and will probably be used again, so that the next use compiles and uploads nothing. A model that is in use
 * belongs to its user alone: whoever wants the same one meanwhile loads another.
 */
export class KeptModels {
  /** The one that was used last comes last. */
  private kept: readonly Kept[] = [];
  private releases = 0;

  /** Uses the model that a key stands for: the one that is there, or the one that `load` brings. */
  async use<M extends Loaded, T>(
    key: string,
    executor: Executor,
    load: () => Promise<M>,
    action: (model: M) => Promise<T>,
  ): Promise<T> {
    const { releases } = this;
    const model = this.take<M>(key, executor) ?? (await this.load(load));
    try {
      return await action(model);
    } finally {
      // Whoever wanted the memory meanwhile wanted that of this model, too.
      if (releases === this.releases) await this.keep({ key, executor, model });
      else await disposeAll([model]);
    }
  }

  /** Gives the memory of all models back: at once where they are not in use, else as soon as they are not. */
  async release(): Promise<void> {
    this.releases++;
    await this.clear();
  }

  private async clear(): Promise<void> {
    const all = this.kept;
    this.kept = [];
    await disposeAll(all.map(({ model }) => model));
  }

  private take<M extends Loaded>(key: string, executor: Executor): M | undefined {
    // What was on a device that is lost went with it.
    this.kept = this.kept.filter((kept) => kept.executor === executor);
    const found = this.kept.find((kept) => kept.key === key);
    this.kept = this.kept.filter((kept) => kept !== found);
    return found?.model as M | undefined;
  }

  /** Where the device is full, the models that wait make room. */
  private async load<M>(load: () => Promise<M>): Promise<M> {
    try {
      return await load();
    } catch (error) {
      const full = error instanceof StrataError && error.code === 'DEVICE_MEMORY';
      if (!full || this.kept.length === 0) throw error;
      await this.clear();
      return load();
    }
  }

  private async keep(used: Kept): Promise<void> {
    const all = [...this.kept, used];
    this.kept = all.slice(-KEPT);
    await disposeAll(all.slice(0, -KEPT).map(({ model }) => model));
  }
}

/** A model that cannot be given back went with its device. */
async function disposeAll(models: readonly Loaded[]): Promise<void> {
  await Promise.allSettled(models.map((model) => model.dispose()));
}
