import { randomUUID } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { ImportRequest, ImportResult } from '../../engine/process/protocol.ts';
import type { StrataApp } from '../app.ts';
import { DEFAULT_IMPORT } from '../services/datasets.ts';

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
    name: basename(path).replace(/(\.[a-z0-9]+)+$/i, '') || path,
    ...rest,
    jobId: randomUUID(),
    source,
  });
}
