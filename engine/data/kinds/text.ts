import { boolean, choice, int, text } from '../../core/fields.ts';
import { streamOf, uniform } from '../../core/random.ts';
import { cased, codecOf, openCodec, tokenizerOf, tokenizers } from '../tokenizers/catalogue.ts';
import { PADDING, type Text } from '../tokenizers/tokenizer.ts';
import { emptyColumn } from './empty.ts';
import { defineKind, type StagedBatch, type StagedRow } from './kind.ts';
import { FITTING, LONGEST, usualLength } from './lengths.ts';
import { numbersIn } from './numbers-in.ts';

/** Training texts that are measured, about: of more, so many are drawn. */
const MEASURED = 100_000;
const STREAM = streamOf('text lengths');

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
      help: `Tokens per text; 0: as many as ${FITTING * 100} % of the training texts have (of about 100,000 of them, where there are more), at most ${LONGEST}.`,
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
        let texts = 0;
        async function* training(): AsyncIterable<Text> {
          let row = 0;
          for await (const batch of rows()) {
            for (const staged of batch) {
              if (!isTraining(row++)) continue;
              texts++;
              yield cased(textOf(staged), tokens);
            }
          }
        }
        const learned = await tokenizer.learn(training(), { size, minimum, file });
        const { encode } = openCodec(tokens, learned);
        const { classes, definition } = learned;
        const share = MEASURED / texts;
        const isMeasured = (row: number) => isTraining(row) && uniform(0, STREAM, 0, row) < share;
        const length = wanted || usualLength(await lengthsOf(rows(), isMeasured, encode));
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

async function lengthsOf(
  rows: AsyncIterable<StagedBatch>,
  isMeasured: (row: number) => boolean,
  encode: (text: Text) => number[],
): Promise<number[]> {
  const lengths: number[] = [];
  let row = 0;
  for await (const batch of rows)
    for (const staged of batch) if (isMeasured(row++)) lengths.push(encode(textOf(staged)).length);
  return lengths;
}
