import { StrataError } from '../../core/errors.ts';
import type { Source } from './source.ts';

/** What unpacks to less than this is not looked at more closely. */
const HARMLESS_BYTES = 2 ** 30;
/** Texts and tables unpack to about 10 times their size, archives that are made to fill a disk to 1000 times and more. */
const MOST_TIMES = 200;
const MOST_BYTES = 2 ** 40;

/** Throws `ARCHIVE_BOMB` where a packed file unpacks to more than is sensible. */
export function checkUnpacked(bytes: number, { path, bytes: packed }: Pick<Source, 'path' | 'bytes'>): void {
  const times = bytes / Math.max(1, packed);
  if (bytes <= HARMLESS_BYTES || (times <= MOST_TIMES && bytes <= MOST_BYTES)) return;
  throw new StrataError({
    code: 'ARCHIVE_BOMB',
    message: 'The archive unpacks to far more than its size, as those do that are made to fill a disk.',
    where: path,
    got: `at least ${(bytes / 2 ** 30).toFixed(1)} GiB, ${Math.round(times)} times its size`,
    expected: `at most ${MOST_TIMES} times its size, and ${MOST_BYTES / 2 ** 30} GiB`,
    fix: 'If you trust where it comes from, unpack it yourself and import the folder.',
  });
}

/** The same chunks, as long as there are not too many. */
export async function* limited(
  chunks: AsyncIterable<Buffer>,
  source: Pick<Source, 'path' | 'bytes'>,
): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    checkUnpacked(bytes, source);
    yield chunk;
  }
}
