import envPaths from 'env-paths';
import { join, resolve } from 'node:path';

/** Where everything that Strata keeps stands. */
export interface Home {
  readonly folder: string;
  /** One folder per snapshot, named by its hash. */
  readonly datasets: string;
  /** One folder per run, named by its id, with its checkpoints. */
  readonly runs: string;
  /** Kernel tiles that were timed on this machine. */
  readonly tiles: string;
  readonly log: string;
}

/** The folder that the system keeps for applications' data, or the one that STRATA_HOME names. */
export function homeOf(environment: NodeJS.ProcessEnv = process.env): Home {
  const folder = resolve(environment.STRATA_HOME || envPaths('Strata', { suffix: '' }).data);
  return {
    folder,
    datasets: join(folder, 'datasets'),
    runs: join(folder, 'runs'),
    tiles: join(folder, 'tiles.json'),
    log: join(folder, 'strata.log'),
  };
}
