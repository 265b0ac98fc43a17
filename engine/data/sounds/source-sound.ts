import { columnNamed } from '../../core/binding.ts';
import { FILE_COLUMN } from '../../core/browse.ts';
import type { Split } from '../../core/dataset.ts';
import { StrataError } from '../../core/errors.ts';
import { decodeText } from '../../core/kept-text.ts';
import { openTree } from '../sources/archive.ts';
import { readImportRecord } from '../snapshots/import-record.ts';
import { withScratch } from '../sources/scratch.ts';
import { openSnapshot } from '../snapshots/snapshot.ts';
import { isFlac } from './sound.ts';
import { openSource } from '../sources/source.ts';

export interface SoundRequest {
  /** Snapshot folder. */
  readonly dataset: string;
  readonly split: Split;
  /** Its place in the part, from 0. */
  readonly row: number;
}

/** The file that a row of sounds was read from, as a `data:` URL. Throws `SOUND_GONE` and what reading an archive throws. */
export async function sourceSound({ dataset, split, row }: SoundRequest): Promise<string> {
  const path = await fileOfRow({ dataset, split, row });
  const { source } = await readImportRecord(dataset);
  return withScratch(async (scratch) => {
    const opened = await openSource(source, scratch).catch((error: unknown) => {
      const missing = error instanceof StrataError && error.problem.code === 'SOURCE_MISSING';
      throw missing ? gone(source, path) : error;
    });
    const tree = await openTree(opened);
    try {
      if (!tree.paths.includes(path)) throw gone(source, path);
      const bytes = await tree.read(path);
      return `data:audio/${isFlac(bytes) ? 'flac' : 'wav'};base64,${bytes.toString('base64')}`;
    } finally {
      tree.close();
    }
  });
}

async function fileOfRow({ dataset, split, row }: SoundRequest): Promise<string> {
  const snapshot = await openSnapshot(dataset);
  try {
    const { name } = columnNamed(snapshot.schema, FILE_COLUMN);
    return decodeText((await snapshot.read(split, name, row, 1)) as Uint8Array);
  } finally {
    await snapshot.close();
  }
}

const gone = (source: string, path: string): StrataError =>
  new StrataError({
    code: 'SOUND_GONE',
    message: 'The sound is no longer where it was imported from.',
    where: `${source}: ${path}`,
    fix: 'Put the file back, or import the data set again.',
  });
