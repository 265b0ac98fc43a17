import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { ImportRequest, ImportResult } from '../../engine/process/protocol.ts';
import { formatProblem } from '../../engine/core/errors.ts';
import { sourceName } from '../../engine/core/source-name.ts';
import type { StrataApp } from '../app.ts';
import { DEFAULT_IMPORT } from '../services/datasets.ts';
import type { Cli } from './cli.ts';

type Choices = Partial<Omit<ImportRequest, 'jobId' | 'source' | 'folder'>> & {
  readonly options?: ImportRequest['source']['options'];
  readonly format?: string;
};

/** Imports a file or folder, or a `sample:<id>`, with these choices and the defaults for the rest. */
export function importSource(app: StrataApp, path: string, choices: Choices = {}): Promise<ImportResult> {
  const { options, format, ...rest } = choices;
  const source = { path: path.startsWith('sample:') ? path : resolve(path), options, format };
  return app.datasets.import({
    ...DEFAULT_IMPORT,
    name: sourceName(path),
    ...rest,
    jobId: randomUUID(),
    source,
  });
}

/** What was left out, and what is worth knowing. */
export function tellProblems(cli: Cli, { skipped, warnings }: ImportResult): void {
  for (const problem of skipped) {
    cli.event('skipped', problem);
    cli.print(`Left out: ${formatProblem(problem)}`);
  }
  for (const warning of warnings) {
    cli.event('warning', warning);
    cli.print(`Note: ${formatProblem(warning)}`);
  }
}

/** The hash of the one data set in the store that begins so. */
export function knownDataset(app: StrataApp, start: string): string | undefined {
  const known = app.datasets.list().filter(({ hash }) => start.length >= 6 && hash.startsWith(start));
  return known.length === 1 ? known[0].hash : undefined;
}
