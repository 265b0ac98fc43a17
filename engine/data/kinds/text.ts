import { boolean, choice, int, text } from '../../core/fields.ts';
import { cased, codecOf, openCodec, tokenizerOf, tokenizers } from '../tokenizers/catalogue.ts';
import { PADDING, type Text } from '../tokenizers/tokenizer.ts';
import { emptyColumn } from './empty.ts';
import { defineKind, type StagedRow } from './kind.ts';
import { FITTING, LONGEST, usualLength } from './lengths.ts';
import { numbersIn } from './numbers-in.ts';

export default defineKind({
  id: 'text',
  title: 'Text',
  doc: 'Words, parts of words or characters as indices of a vocabulary that is learned from the training rows, for an Embedding. Short texts are filled up with index 0, long ones are cut.',
  fields: {
    tokenizer: choice({
      label: 'Tokens',
      help: 'What a text is cut into.',
      default: 'words',
      options: tokenizers.map(({ id, title, doc }) => ({ value: id, label: title.toLowerCase(), help: doc })),
    }),
    length: int({
      label: 'Length',
      help: `Tokens per text; 0: as many as ${FITTING * 100} % of the training texts have, at most ${LONGEST}.`,
      default: 0,
      min: 0,
      max: 65_536,
    }),
    vocabulary: int({
      label: 'Vocabulary',
      help: 'Most different tokens, the most frequent ones.',
      default: 10_000,
      min: 3,
      max: 1_000_000,
    }),
    minimum: int({
      label: 'Rarest token',
      help: 'Tokens that come up less often in the training texts are unknown (index 1).',
      default: 1,
      min: 1,
      advanced: true,
    }),
    lowerCase: boolean({
      label: 'Lower case',
      help: 'Reads capital letters as small ones.',
      default: true,
    }),
    file: text({
      label: 'Tokenizer file',
      help: 'Path of a tokenizer.json, for tokens of a file.',
      default: '',
      advanced: true,
    }),
  },
  begin(_, { tokenizer: id, length: wanted, vocabulary: size, minimum, lowerCase, file }) {
    const tokenizer = tokenizerOf(id);
    const tokens = { tokenizer: id, lowerCase: lowerCase && !tokenizer.ownCase };
    return {
      form: 'text',
      stage: (cell) => (Array.isArray(cell) ? cell : typeof cell === 'object' ? undefined : String(cell)),
      async fit({ name, rows, isTraining }) {
        async function* training(): AsyncIterable<Text> {
          let row = 0;
          for await (const batch of rows()) {
            for (const staged of batch) if (isTraining(row++)) yield cased(textOf(staged), tokens);
          }
        }
        const learned = await tokenizer.learn(training(), { size, minimum, file });
        const { encode } = openCodec(tokens, learned);
        const { classes, definition } = learned;
        const length = wanted || usualLength(await lengthsOf(training(), encode));
        if (length === 0) throw emptyColumn(name);
        return {
          column: {
            dtype: 'i32',
            shape: [length],
            classes,
            tokens: { ...tokens, ...(definition && { definition }) },
            missing: 0,
          },
          convert: (staged) => filledUp(encode(textOf(staged)), length),
        };
      },
    };
  },
  store(cell, { tokens, classes = [], shape: [length] }) {
    if (typeof cell === 'string' || typeof cell === 'number' || isTokens(cell))
      return filledUp(codecOf({ tokens: tokens!, classes }).encode(textOf(cell)), length);
    return numbersIn(cell, length);
  },
  read(stored, { tokens, classes = [] }) {
    const { decode } = codecOf({ tokens: tokens!, classes });
    return { form: 'text', text: decode(Array.from(stored)) };
  },
});

const isTokens = (cell: unknown): cell is string[] =>
  Array.isArray(cell) && cell.every((token) => typeof token === 'string');

function filledUp(indices: readonly number[], length: number): Int32Array {
  const stored = new Int32Array(length).fill(PADDING);
  stored.set(indices.slice(0, length));
  return stored;
}

const textOf = (staged: StagedRow): Text => (Array.isArray(staged) ? staged : String(staged));

async function lengthsOf(texts: AsyncIterable<Text>, encode: (text: Text) => number[]): Promise<number[]> {
  const lengths: number[] = [];
  for await (const text of texts) lengths.push(encode(text).length);
  return lengths;
}
