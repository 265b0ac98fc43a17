import { Tokenizer } from '@huggingface/tokenizers';
import { readFile, stat } from 'node:fs/promises';
import { StrataError } from '../../core/errors.ts';
import { indicesOf, PADDING, SPECIAL, UNKNOWN, type TokenizerRecord } from './tokenizer.ts';

const LARGEST = 64 * 2 ** 20;
/** Names that files have for what fills up short texts, and for unknown tokens. */
const NAMES_OF_SPECIAL = [
  ['[PAD]', '<pad>', '<|pad|>'],
  ['[UNK]', '<unk>', '<|unk|>'],
] as const;

export default {
  id: 'file',
  title: 'Of a tokenizer.json',
  doc: 'The tokens of a model that was trained elsewhere, as its tokenizer.json describes them (Hugging Face’s format). Nothing is learned from the texts.',
  ownCase: true,
  fromFile: true,
  async learn(_, { file }) {
    const definition = await readDefinition(file);
    const vocabulary = openTokenizer(definition, file).get_vocab(true);
    const names = [...vocabulary].sort(([, a], [, b]) => a - b).map(([name]) => name);
    const special = new Set<string>(NAMES_OF_SPECIAL.flat());
    return { classes: [...SPECIAL, ...names.filter((name) => !special.has(name))], definition };
  },
  open({ classes, definition = {} }) {
    const tokenizer = openTokenizer(definition, 'the data set');
    const indexOf = indicesOf(classes);
    NAMES_OF_SPECIAL.forEach((names, index) => names.forEach((name) => indexOf.set(name, index)));
    return {
      encode: (text) =>
        tokenizer
          .tokenize(typeof text === 'string' ? text : text.join(' '), { add_special_tokens: true })
          .map((token) => indexOf.get(token) ?? UNKNOWN),
      decode: (indices) => {
        const ids = indices
          .filter((index) => index !== PADDING)
          .flatMap((index) => tokenizer.token_to_id(classes[index]) ?? []);
        return ids.length > 0 ? tokenizer.decode(ids, { skip_special_tokens: true }) : '';
      },
    };
  },
} satisfies TokenizerRecord;

async function readDefinition(path: string): Promise<object> {
  if (path === '') throw notTokenizer('no file', 'Name a tokenizer.json in the settings of the column.');
  try {
    const { size } = await stat(path);
    if (size > LARGEST) throw new Error(`a file of ${size} bytes`);
    return JSON.parse(await readFile(path, 'utf8')) as object;
  } catch (cause) {
    throw notTokenizer(`${path}: ${(cause as Error).message}`, 'Check the path of the file.', cause);
  }
}

function openTokenizer(definition: object, where: string): Tokenizer {
  try {
    return new Tokenizer(definition, {});
  } catch (cause) {
    throw notTokenizer(
      `${where}: ${(cause as Error).message}`,
      'Choose the tokenizer.json of a model.',
      cause,
    );
  }
}

function notTokenizer(got: string, fix: string, cause?: unknown): StrataError {
  return new StrataError(
    {
      code: 'TOKENIZER_FILE',
      message: 'The tokenizer cannot be read.',
      got,
      expected: 'a tokenizer.json',
      fix,
    },
    { cause },
  );
}
