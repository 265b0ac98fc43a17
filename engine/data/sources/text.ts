import { pipeline, Transform, type Readable } from 'node:stream';
import { StrataError } from '../../core/errors.ts';
import { isArchive } from './archive.ts';
import { guessEncoding, isUtf8 } from './encodings.ts';
import { contentOf, type Content, type Source } from './source.ts';

/** What is worked out of the head of a source, once: every format of texts asks. */
function once<T>(work: (head: Buffer) => T): (head: Buffer) => T {
  const known = new WeakMap<Buffer, T>();
  return (head) => {
    if (!known.has(head)) known.set(head, work(head));
    return known.get(head)!;
  };
}

/** The encoding that a text seems to have, and why. */
export const detectEncoding = once(guessEncoding);

/** The readable beginning of a text in the encoding that it seems to have. */
export const headText = once((head) => decode(head, detectEncoding(head).encoding));

/** Its lines that hold something; the last one of the head may be cut, and is left away where others are there. */
const headLines = once((head) => {
  const lines = headText(head).split(/\r?\n/);
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  return whole.filter((line) => line.trim() !== '');
});

/** Share of lines of a damaged text that may have bytes that are zero. */
const DAMAGED = 0.01;

/** Whether bytes are of a text, of which a line or a few may be damaged. */
export function isText(head: Buffer): boolean {
  if (!head.includes(0)) return true;
  const lines = head.toString('latin1').split('\n');
  const damaged = lines.filter((line) => line.includes('\0')).length;
  return isUtf8(head) && lines.length > 2 && damaged <= Math.max(1, DAMAGED * lines.length);
}

/** The encoding that was chosen, or the one that the text seems to have. */
export function encodingOf(source: Source, wanted: string | undefined): string {
  return wanted === undefined || wanted === 'auto' ? detectEncoding(source.head).encoding : wanted;
}

/** The beginning of a text in an encoding; bytes that do not fit become U+FFFD. */
export const decodeHead = (head: Buffer, encoding: string): string =>
  encoding === detectEncoding(head).encoding ? headText(head) : decode(head, encoding);

function decode(head: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(head, { stream: true });
}

/** Turns bytes into text; stops with `TEXT_ENCODING` at bytes that the encoding does not allow. */
export function textDecoder(encoding: string, where: string): Transform {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let bytes = 0;
  const decode = (chunk: Buffer | undefined): string | StrataError => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      return notText(encoding, `${where}, after byte ${bytes}`);
    }
  };
  return new Transform({
    decodeStrings: false,
    encoding: 'utf8',
    transform(chunk: Buffer, _, done) {
      const text = decode(chunk);
      bytes += chunk.length;
      if (typeof text === 'string') done(null, text);
      else done(text);
    },
    flush(done) {
      const text = decode(undefined);
      if (typeof text === 'string') done(null, text);
      else done(text);
    },
  });
}

export function notText(encoding: string, where: string): StrataError {
  return new StrataError({
    code: 'TEXT_ENCODING',
    message: `The file has bytes that are not ${encoding.toUpperCase()} text.`,
    where,
    expected: `${encoding.toUpperCase()} text throughout`,
    fix: 'Choose another encoding in the preview, for example Windows-1252.',
  });
}

/** A line longer than this is no line of a text: the file is of another kind, or damaged. */
const LF = 10;
export const LONGEST_LINE = 16 * 1024 * 1024;

/** Lines of a text as it is read, without their ends. Throws `TEXT_LINE_TOO_LONG`. */
export async function* linesOf(text: AsyncIterable<string>, where: string): AsyncIterable<string> {
  let rest = '';
  let count = 0;
  for await (const chunk of text) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    count += parts.length;
    for (const line of parts) yield line.endsWith('\r') ? line.slice(0, -1) : line;
    if (rest.length > LONGEST_LINE) throw lineTooLong(where, count + 1);
  }
  if (rest !== '') yield rest;
}

export function lineTooLong(where: string, line: number, most = LONGEST_LINE): StrataError {
  return new StrataError({
    code: 'TEXT_LINE_TOO_LONG',
    message: 'A line of the file is too long to be read.',
    where: `${where}, line ${line}`,
    got: `more than ${most / 2 ** 20} million characters without a line end`,
    expected: 'lines of text',
    fix: 'Choose another format for this file, or check that it is not damaged.',
  });
}

/** The whole text of a file as it is read, decoded, and how many bytes of the file have been read so far. */
export function textOf(
  source: Content,
  encoding: string = detectEncoding(source.head).encoding,
): { readonly text: Readable; readonly read: () => number } {
  const { stream, read } = contentOf(source);
  // The decoder ends with the error of whatever is before it.
  return { text: pipeline(stream, textDecoder(encoding, source.path), () => {}), read };
}

/** About how many lines a text has, by those of its beginning; unknown where it is packed. */
export function estimatedLines({ head, bytes, gzip }: Source): number | undefined {
  if (gzip || bytes === 0) return undefined;
  let lines = 0;
  for (let at = head.indexOf(LF); at >= 0; at = head.indexOf(LF, at + 1)) lines++;
  return Math.round((lines * bytes) / head.length);
}

/** The first lines of a file that hold something; an archive, in which texts may stand as they are, has none. */
export const firstLines = (source: Source, most: number): string[] =>
  source.folder || source.head.length === 0 || isArchive(source) ? [] : headLines(source.head).slice(0, most);
