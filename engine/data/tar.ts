import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { StrataError, type Problem } from '../core/errors.ts';
import { naturalOrder } from '../core/natural-order.ts';
import type { FileTree } from './archive.ts';
import { contentOf, type Source } from './source.ts';

/** A tar archive is read whole, because it has no directory; one that unpacks to more is to be unpacked by hand. */
const MOST_BYTES = 2 ** 31;
/** Where the mark of a header stands, by POSIX.1-1988. */
const MARK_AT = 257;

export function isTar({ folder, head }: Source): boolean {
  return !folder && head.subarray(MARK_AT, MARK_AT + 5).toString('latin1') === 'ustar';
}

interface Content {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly problems: readonly Problem[];
}

/** Recognising, detecting and reading all need the files, so they are read once. */
const contents = new WeakMap<Source, Promise<Content>>();

/** The files of a tar archive. Throws `TAR_DAMAGED` or `TAR_TOO_LARGE`. */
export async function openTar(source: Source): Promise<FileTree> {
  let content = contents.get(source);
  if (!content) contents.set(source, (content = readTar(source)));
  const { files, problems } = await content;
  return {
    paths: [...files.keys()].sort(naturalOrder),
    problems,
    read: async (path) => files.get(path)!,
    close: () => {},
  };
}

async function readTar(source: Source): Promise<Content> {
  const files = new Map<string, Buffer>();
  const problems: Problem[] = [];
  let bytes = 0;
  const archive = extract();
  const { stream } = contentOf(source);
  stream.on('error', (error) => archive.destroy(error));
  try {
    for await (const entry of stream.pipe(archive)) {
      const { name, type, size = 0 } = entry.header;
      const outside = name.startsWith('/') || name.split(/[/\\]/).includes('..');
      if (type !== 'file' || outside) {
        if (outside) problems.push(leadsOutside(`${source.path}: ${name}`));
        entry.resume();
        continue;
      }
      bytes += size;
      if (bytes > MOST_BYTES) throw tooLarge(source);
      files.set(name.replace(/^\.\//, ''), await buffer(entry));
    }
  } catch (error) {
    throw error instanceof StrataError ? error : damaged(source, error as Error);
  } finally {
    stream.destroy();
  }
  return { files, problems };
}

/** An entry that would be written beside the archive's own folder. */
export function leadsOutside(where: string): Problem {
  return {
    code: 'ARCHIVE_PATH_OUTSIDE',
    message: 'An entry of the archive has a path that leads outside of it. It was left out.',
    where,
    fix: 'Make sure that you trust where this archive comes from.',
  };
}

function tooLarge(source: Source): StrataError {
  return new StrataError({
    code: 'TAR_TOO_LARGE',
    message: 'The archive unpacks to more than can be read at once.',
    where: source.path,
    got: `more than ${MOST_BYTES / 2 ** 30} GiB`,
    expected: `at most ${MOST_BYTES / 2 ** 30} GiB`,
    fix: 'Unpack it and import the folder.',
  });
}

function damaged(source: Source, cause: Error): StrataError {
  return new StrataError(
    {
      code: 'TAR_DAMAGED',
      message: 'The tar archive is damaged or ends too early.',
      where: source.path,
      got: cause.message,
      fix: 'Download or copy the archive again.',
    },
    { cause },
  );
}
