import { describe, expect, it } from 'vitest';
import { tokenizerOf, tokenizers } from './catalogue.ts';
import { SPECIAL } from './tokenizer.ts';

async function* from(texts: readonly string[]): AsyncIterable<string> {
  yield* texts;
}
const TEXTS = ['Don’t panic, it’s 42!', 'it’s mostly harmless', 'größe — 日本語 🙂🙂'];
const settings = { size: 1000, minimum: 1 };

describe('words', () => {
  it('keep what belongs together and part what does not', async () => {
    const words = tokenizerOf('words');
    const vocabulary = await words.learn(from(TEXTS), settings);
    const pieces = words
      .encoder(vocabulary)(TEXTS[0])
      .map((index) => vocabulary[index]);
    expect(pieces).toEqual(['Don’t', 'panic', ',', 'it’s', '42', '!']);
    expect(words.encoder(vocabulary)('größe unheard')).toEqual([vocabulary.indexOf('größe'), 1]);
  });
});

describe('characters', () => {
  it('are code points', async () => {
    const characters = tokenizerOf('characters');
    const vocabulary = await characters.learn(from(['🙂a']), settings);
    expect(vocabulary).toEqual([...SPECIAL, 'a', '🙂']);
  });

  it('give the text back', async () => {
    const characters = tokenizerOf('characters');
    const vocabulary = await characters.learn(from(TEXTS), settings);
    const encode = characters.encoder(vocabulary);
    for (const text of TEXTS) expect(characters.decode(encode(text), vocabulary)).toBe(text);
  });
});

describe.each(tokenizers)('$id', (tokenizer) => {
  it('learns the same of the same texts in any order, and no more than it may', async () => {
    const vocabulary = await tokenizer.learn(from(TEXTS), settings);
    expect(await tokenizer.learn(from(TEXTS.toReversed()), settings)).toEqual(vocabulary);
    expect(vocabulary.slice(0, 2)).toEqual(SPECIAL);
    expect(new Set(vocabulary).size).toBe(vocabulary.length);
    expect(await tokenizer.learn(from(TEXTS), { size: 5, minimum: 1 })).toHaveLength(5);
  });

  it('gives indices of its vocabulary only', async () => {
    const vocabulary = await tokenizer.learn(from(TEXTS.slice(0, 2)), settings);
    for (const index of tokenizer.encoder(vocabulary)(TEXTS.join(' '))) {
      expect(index).toBeGreaterThan(0);
      expect(index).toBeLessThan(vocabulary.length);
    }
  });
});
