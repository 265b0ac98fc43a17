import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StrataError } from '../../engine/core/errors.ts';
import type { ImportRequest, ImportResult, SourceRequest } from '../../engine/core/import.ts';
import type { ImportContext } from '../../engine/data/context.ts';
import { importDataset } from '../../engine/data/import.ts';
import { preview } from '../../engine/data/preview.ts';

type Content = string | Uint8Array;
type Changes = Partial<Omit<ImportRequest, 'source' | 'folder'>> & {
  readonly source?: Partial<SourceRequest>;
};

/** A folder on disk with sources to import, and the snapshots made of them. */
export class ImportFolder {
  readonly path: string;
  readonly snapshots: string;

  static async create(): Promise<ImportFolder> {
    return new ImportFolder(await mkdtemp(join(tmpdir(), 'strata-import-')));
  }

  private constructor(path: string) {
    this.path = path;
    this.snapshots = join(path, 'snapshots');
  }

  /** Writes a file, with the folders above it; returns its path. */
  async write(name: string, content: Content): Promise<string> {
    const path = join(this.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  preview(path: string, options?: SourceRequest['options'], context?: ImportContext) {
    return preview({ path, ...(options && { options }) }, context);
  }

  /** Imports with what the wizard proposes, but for `changes`. */
  async import(
    path: string,
    changes: Changes = {},
    context: Partial<ImportContext> = {},
  ): Promise<ImportResult> {
    const { source, ...rest } = changes;
    const request: ImportRequest = {
      jobId: 'test',
      source: { path, ...source },
      name: 'Test',
      columns: [],
      missing: 'fill',
      normalise: true,
      split: { validation: 0.2, test: 0.2, seed: 1, stratify: true },
      onBadRow: 'skip',
      folder: this.snapshots,
      ...rest,
    };
    return importDataset(request, {
      onProgress: () => undefined,
      signal: new AbortController().signal,
      ...context,
    });
  }

  /** The error of an import that must fail, after checking that it left nothing behind. */
  async refusal(
    path: string,
    changes: Changes = {},
    context: Partial<ImportContext> = {},
  ): Promise<StrataError['problem']> {
    try {
      await this.import(path, changes, context);
    } catch (error) {
      const left = await readdir(this.snapshots).catch(() => []);
      if (left.length > 0) throw new Error(`The failed import left ${left.join(', ')} behind.`);
      return (error as StrataError).problem;
    }
    throw new Error(`${path} was imported, though it should have been refused.`);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
