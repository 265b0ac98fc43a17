import { StrataError } from '../../core/errors.ts';
import type { Source } from './source.ts';

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
    message: `This is ${other.what}, not a data set.`,
    where: path,
    got: other.what,
    fix: other.fix,
  });
}
