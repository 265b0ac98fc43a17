import { pipeline, Transform, type Readable } from 'node:stream';
import chardet from 'chardet';
import { StrataError } from '../../core/errors.ts';
import { contentOf, type Content, type Source } from './source.ts';

/** Encodings that people can choose; `auto` looks at the bytes. Names as TextDecoder knows them. */
export const ENCODINGS = ['auto', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'gbk'] as const;
export type Encoding = (typeof ENCODINGS)[number];

interface Detected {
  readonly encoding: Exclude<Encoding, 'auto'>;
  readonly reason: string;
}

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

function guessEncoding(head: Buffer): Detected {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) {
    return { encoding: 'utf-8', reason: 'The file starts with the byte order mark of UTF-8.' };
  }
  if (head[0] === 0xff && head[1] === 0xfe) {
    return { encoding: 'utf-16le', reason: 'The file starts with the byte order mark of UTF-16.' };
  }
  if (head[0] === 0xfe && head[1] === 0xff) {
    return { encoding: 'utf-16be', reason: 'The file starts with the byte order mark of UTF-16.' };
  }
  const wide = wideEncoding(head);
  if (wide) return { encoding: wide, reason: 'Every second byte is mostly zero, as in UTF-16.' };
  if (isUtf8(head)) return { encoding: 'utf-8', reason: 'The text is valid UTF-8.' };
  // No text in bytes holds zeros, and a guess takes a while.
  const guess = head.includes(0) ? '' : (chardet.detect(head) ?? '');
  if (/^gb/i.test(guess)) return { encoding: 'gbk', reason: 'The bytes look like Chinese text in GBK.' };
  return { encoding: 'windows-1252', reason: 'The text is not UTF-8; it is read as Latin-1 (Windows-1252).' };
}

/** UTF-16 without a byte order mark: the signs of most texts have a zero in the one or the other half. */
function wideEncoding(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (!head.includes('\n\0', 0, 'latin1') && !head.includes('\0\n', 0, 'latin1')) return undefined;
  const zeros = [0, 0];
  for (let at = head.indexOf(0); at >= 0; at = head.indexOf(0, at + 1)) zeros[at % 2]++;
  const [first, second] = zeros.map((count) => count / (head.length / 2));
  if (second > MOSTLY_ZERO && first < RARELY_ZERO) return 'utf-16le';
  return first > MOSTLY_ZERO && second < RARELY_ZERO ? 'utf-16be' : undefined;
}
const MOSTLY_ZERO = 0.3;
const RARELY_ZERO = 0.01;

/** The encoding that was chosen, or the one that the text seems to have. */
export function encodingOf(source: Source, wanted: string | undefined): string {
  return wanted === undefined || wanted === 'auto' ? detectEncoding(source.head).encoding : wanted;
}

/** A head may end in the middle of a character, which `stream` allows. */
function isUtf8(head: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
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

/** The first lines of a file that hold something. */
export const firstLines = ({ folder, head }: Source, most: number): string[] =>
  folder || head.length === 0 ? [] : headLines(head).slice(0, most);
