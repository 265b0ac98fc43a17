import { Tokenizer } from '@huggingface/tokenizers';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/integration/strata.ts';
import { cased, tokenizerOf, tokenizers } from './catalogue.ts';
import { PieceNumbers } from './piece-numbers.ts';
import { SPECIAL } from './tokenizer.ts';

async function* from(texts: readonly string[]): AsyncIterable<string> {
  yield* texts;
}
const TEXTS = ['Don’t panic, it’s 42!', 'it’s mostly harmless', 'größe — 日本語 🙂🙂'];
const settings = { size: 1000, minimum: 1, file: '' };

describe('words', () => {
  it('keep what belongs together and part what does not', async () => {
    const words = tokenizerOf('words');
    const learned = await words.learn(from(TEXTS), settings);
    const { encode } = words.open(learned);
    expect(encode(TEXTS[0]).map((index) => learned.classes[index])).toEqual([
      ...['Don’t', 'panic', ',', 'it’s', '42', '!'],
    ]);
    expect(encode('größe unheard')).toEqual([learned.classes.indexOf('größe'), 1]);
  });
});

describe('characters', () => {
  it('are code points', async () => {
    const { classes } = await tokenizerOf('characters').learn(from(['🙂a']), settings);
    expect(classes).toEqual([...SPECIAL, 'a', '🙂']);
  });
});

describe.each(['characters', 'bpe'])('%s', (id) => {
  it('give the text back', async () => {
    const tokenizer = tokenizerOf(id);
    const { encode, decode } = tokenizer.open(await tokenizer.learn(from(TEXTS), settings));
    for (const text of TEXTS) expect(decode(encode(text))).toBe(text);
  });
});

/** The corpus of Sennrich et al., ACL 2016, figure 1, without their sign for the end of a word. */
const CORPUS = [
  ...Array<string>(5).fill('low'),
  ...Array<string>(2).fill('lower'),
  ...Array<string>(6).fill('newest'),
  ...Array<string>(3).fill('widest'),
];
const SIGNS = 11;

/** What a tokenizer.json must hold beside its vocabulary. */
const REST = {
  normalizer: null,
  post_processor: null,
  decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
  added_tokens: [],
};

describe('pieces of words', () => {
  it('are learned in the order of the paper', async () => {
    const { classes } = await tokenizerOf('bpe').learn(from(CORPUS), { ...settings, size: 2 + 10 + 4 });
    expect(classes.slice(-4)).toEqual(['es', 'est', 'lo', 'low']);
  });

  it('make words that were never seen', async () => {
    const bpe = tokenizerOf('bpe');
    const learned = await bpe.learn(from(CORPUS), { ...settings, size: 2 + 10 + 4 });
    expect(
      bpe
        .open(learned)
        .encode('lowest')
        .map((index) => learned.classes[index]),
    ).toEqual(['low', 'est']);
    const wordpiece = tokenizerOf('wordpiece');
    const pieces = await wordpiece.learn(from(CORPUS), { ...settings, size: 2 + SIGNS + 4 });
    const { encode, decode } = wordpiece.open(pieces);
    expect(encode('lowest').map((index) => pieces.classes[index])).toEqual(['low', '##est']);
    expect(decode(encode('lowest newer'))).toBe('lowest newer');
    expect(encode('x low')).toEqual([1, pieces.classes.indexOf('low')]);
  });

  it('are read as another implementation of WordPiece reads them', async () => {
    const wordpiece = tokenizerOf('wordpiece');
    const learned = await wordpiece.learn(from(TEXTS), settings);
    const vocab = Object.fromEntries(learned.classes.map((name, index) => [name, index]));
    const other = new Tokenizer(
      {
        model: { type: 'WordPiece', vocab, unk_token: '<unk>', continuing_subword_prefix: '##' },
        pre_tokenizer: { type: 'WhitespaceSplit' },
        ...REST,
      },
      {},
    );
    const words = 'panic harm mostly größe 日本 nic unpanic';
    expect(wordpiece.open(learned).encode(words)).toEqual(other.encode(words).ids);
  });
});

describe('a tokenizer.json', () => {
  const model = {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    vocab: { '[PAD]': 0, '[UNK]': 1, un: 2, '##seen': 3, Seen: 4 },
  };
  const definition = {
    model,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    ...REST,
  };
  const { folder, remove } = temporaryFolder();
  afterAll(remove);

  it('reads texts as it says, with padding and unknown tokens where Strata has them', async () => {
    const file = join(folder, 'tokenizer.json');
    writeFileSync(file, JSON.stringify(definition));
    const learned = await tokenizerOf('file').learn(from([]), { ...settings, file });
    expect(learned.classes).toEqual([...SPECIAL, 'un', '##seen', 'Seen']);
    const { encode, decode } = tokenizerOf('file').open(learned);
    expect(encode('unseen Seen else')).toEqual([2, 3, 4, 1]);
    expect(decode([2, 3, 4, 0, 0])).toBe('unseen Seen');
  });

  it.each([
    ['no file', ''],
    ['a file that is not there', '/nowhere/tokenizer.json'],
    ['another JSON file', join(import.meta.dirname, '..', '..', '..', 'package.json')],
  ])('is refused where it is %s', async (_, file) => {
    await expect(tokenizerOf('file').learn(from([]), { ...settings, file })).rejects.toMatchObject({
      problem: { code: 'TOKENIZER_FILE' },
    });
  });
});

describe.each(tokenizers.filter(({ id }) => id !== 'file'))('$id', (tokenizer) => {
  it('learns the same of the same texts in any order, and no more than it may', async () => {
    const { classes } = await tokenizer.learn(from(TEXTS), settings);
    expect(await tokenizer.learn(from(TEXTS.toReversed()), settings)).toEqual({ classes });
    expect(classes.slice(0, 2)).toEqual(SPECIAL);
    expect(new Set(classes).size).toBe(classes.length);
    expect((await tokenizer.learn(from(TEXTS), { ...settings, size: 5 })).classes).toHaveLength(5);
  });

  it('gives indices of its vocabulary only', async () => {
    const learned = await tokenizer.learn(from(TEXTS.slice(0, 2)), settings);
    for (const index of tokenizer.open(learned).encode(TEXTS.join(' '))) {
      expect(index).toBeGreaterThan(0);
      expect(index).toBeLessThan(learned.classes.length);
    }
  });
});

describe('numbers of pieces', () => {
  const SPACED = [
    'ΟΔΟΣ ΣΟΦΟΣ. a  b\tc\nd ',
    '',
    ' ',
    'don’t  stop, DON’T stop',
    'a\u00a0b a\u2003b',
    '🙂🙂 é e\u0301',
  ];

  it.each(
    tokenizers.flatMap(({ id, pieces }) =>
      pieces ? [true, false].map((lowerCase) => ({ tokenizer: id, lowerCase, pieces })) : [],
    ),
  )(
    'stand for the pieces that $tokenizer cuts a text into (lower case: $lowerCase)',
    ({ pieces, ...tokens }) => {
      const numbers = new PieceNumbers(pieces, tokens);
      for (const text of [...SPACED, ...SPACED.toReversed(), ['Given', 'TOKENS', 'a b']]) {
        const read = cased(text, tokens);
        const expected = typeof read === 'string' ? [...pieces.cut(read)] : read;
        expect(Array.from(numbers.of(text), (number) => numbers.names[number])).toEqual(expected);
      }
      expect(new Set(numbers.names).size).toBe(numbers.names.length);
    },
  );
});
