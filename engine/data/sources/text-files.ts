import { StrataError } from '../../core/errors.ts';
import { encodingField, guessEncoding } from './encodings.ts';
import type { FileContent } from './file-content.ts';

/** A document is one example; more is a collection of them. */
const MOST_BYTES = 2 ** 24;

const fields = { encoding: encodingField };

/** Texts that are one example each. */
export const textContent: FileContent<typeof fields> = {
  noun: 'text',
  fields,
  // Old collections number their files, without an ending.
  fits: /(^|\/)(?!readme|licen[cs]e|about|changelog)([^./]+|[^/]+\.(txt|text))$/i,
  keepsPath: true,
  detect: async () => ({}),
  column: () => ({ name: 'text', kind: 'text', role: 'input' }),
  reason: () => 'Each file is one text.',

  async decode(bytes, { encoding }) {
    if (bytes.length > MOST_BYTES) throw tooLong(bytes.length);
    const text = decoded(bytes, encoding).trim();
    if (text === '') throw new Error('nothing');
    if (text.includes('\0')) throw new Error('bytes that are no text');
    return text;
  },

  unreadable: (path) => ({
    code: 'TEXT_UNREADABLE',
    message: `The file ${path} cannot be read as a text. It was left out.`,
    expected: 'a text that is not empty',
    fix: 'Choose its encoding, or delete the file.',
  }),
};

/** Each file may have an encoding of its own; what is none of the usual ones is Latin. Throws where the wanted one does not fit. */
function decoded(bytes: Buffer, encoding: string): string {
  if (encoding !== 'auto') return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  try {
    return new TextDecoder(guessEncoding(bytes).encoding, { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function tooLong(bytes: number): StrataError {
  return new StrataError({
    code: 'TEXT_TOO_LONG',
    message: 'A text is too long to be one example. It was left out.',
    got: `${bytes} bytes`,
    expected: `at most ${MOST_BYTES} bytes`,
    fix: 'Cut it into several files, or import it by itself as plain text.',
  });
}
