import { StrataError } from '../../core/errors.ts';
import type { Source } from './source.ts';

/** Zip and gzip are the kinds that are looked through. */
const UNPACK = 'Unpack it and import the file or folder, or pack it as .zip or .tar.gz.';

/** Contents that are no data, whatever a file is called: what a browser or an office program wrote in their place. */
const OTHERS: readonly { readonly mark: RegExp; readonly what: string; readonly fix: string }[] = [
  {
    mark: /^\s*(?:<!doctype html|<html|<head)/i,
    what: 'a web page',
    fix: 'Download the file itself: the page may only lead to it, or ask you to log in.',
  },
  { mark: /^%PDF-/, what: 'a PDF document', fix: 'Save its tables as CSV or Excel.' },
  {
    mark: /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/,
    what: 'a workbook or document of an old Office (.xls, .doc)',
    fix: 'Open it and save it as .xlsx or CSV.',
  },
  { mark: /^BZh[1-9]1AY&SY/, what: 'packed with bzip2', fix: UNPACK },
  { mark: /^\xfd7zXZ\0/, what: 'packed with xz', fix: UNPACK },
  { mark: /^\x28\xb5\x2f\xfd/, what: 'packed with Zstandard', fix: UNPACK },
  { mark: /^7z\xbc\xaf\x27\x1c/, what: 'a 7-Zip archive', fix: UNPACK },
  { mark: /^Rar!\x1a\x07/, what: 'a RAR archive', fix: UNPACK },
];

/** Throws `SOURCE_NOT_DATA` where a file is of a kind that holds no data that could be read. */
export function requireData({ path, head }: Source): void {
  const start = head
    .subarray(0, 1024)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  const other = OTHERS.find(({ mark }) => mark.test(start));
  if (!other) return;
  throw new StrataError({
    code: 'SOURCE_NOT_DATA',
    message: `This is ${other.what}, which Strata does not read.`,
    where: path,
    got: other.what,
    fix: other.fix,
  });
}
