import chardet from 'chardet';
import { choice } from '../../core/fields.ts';

/** Encodings that people can choose; `auto` looks at the bytes. Names as TextDecoder knows them. */
const ENCODINGS = [
  'auto',
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'koi8-r',
  'gbk',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
] as const;
type Encoding = (typeof ENCODINGS)[number];

/** The option of formats of text. */
export const encodingField = choice({
  label: 'Encoding',
  help: 'How bytes become text.',
  default: 'auto' as Encoding,
  options: ENCODINGS.map((value) => ({ value, label: value === 'auto' ? 'detect' : value.toUpperCase() })),
});

export interface Detected {
  readonly encoding: Exclude<Encoding, 'auto'>;
  readonly reason: string;
}

/** The encoding that a text seems to have by its first bytes, and why. */
export function guessEncoding(head: Buffer): Detected {
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
  if (isMostlyUtf8(head)) {
    return { encoding: 'utf-8', reason: 'Most lines are valid UTF-8, but some are not.' };
  }
  // No text in bytes holds zeros, and a guess takes a while.
  const other = head.includes(0) ? undefined : otherEncoding(head);
  if (other) return other;
  return { encoding: 'windows-1252', reason: 'The text is not UTF-8; it is read as Latin-1 (Windows-1252).' };
}

/** Encodings of other scripts than Latin, by the names that chardet has for them. */
const SCRIPTS: Readonly<Record<string, readonly [Detected['encoding'], string]>> = {
  GB18030: ['gbk', 'Chinese'],
  Big5: ['big5', 'Chinese'],
  Shift_JIS: ['shift_jis', 'Japanese'],
  'EUC-JP': ['euc-jp', 'Japanese'],
  'EUC-KR': ['euc-kr', 'Korean'],
  'windows-1251': ['windows-1251', 'Cyrillic'],
  'KOI8-R': ['koi8-r', 'Cyrillic'],
};
/** How sure chardet must be, of 100, where characters are several bytes. */
const SURE = 80;
/** Words of Cyrillic letters: in languages with Latin letters those beyond ASCII stand alone. */
const LONG_RUN = /[\xc0-\xff]{3}/;

function otherEncoding(head: Buffer): Detected | undefined {
  const guesses = chardet.analyse(head).slice(0, 2);
  const cyrillic = LONG_RUN.test(head.toString('latin1'));
  const guess = guesses.find(({ name, confidence }) =>
    SCRIPTS[name]?.[1] === 'Cyrillic' ? cyrillic : name in SCRIPTS && confidence >= SURE,
  );
  if (!guess) return undefined;
  const [encoding, script] = SCRIPTS[guess.name];
  return { encoding, reason: `The bytes look like ${script} text in ${encoding.toUpperCase()}.` };
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

/** A head may end in the middle of a character, which `stream` allows. */
export function isUtf8(head: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Whether of the lines beyond ASCII most are UTF-8: the others are of another origin, which whoever reads on is to be told. */
function isMostlyUtf8(head: Buffer): boolean {
  const lines = head.toString('latin1').split('\n');
  const telling = lines.filter((line) => /[\x80-\xff]/.test(line));
  return telling.filter((line) => isUtf8(Buffer.from(line, 'latin1'))).length > telling.length / 2;
}
