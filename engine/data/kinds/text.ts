import { boolean, choice, int } from '../../core/fields.ts';
import { tokenizerOf, tokenizers } from '../tokenizers/catalogue.ts';
import { PADDING, type Text } from '../tokenizers/tokenizer.ts';
import { emptyColumn } from './empty.ts';
import { defineKind, type StagedRow } from './kind.ts';
import { FITTING, LONGEST, usualLength } from './lengths.ts';

export default defineKind({
  id: 'text',
  title: 'Text',
  doc: 'Words or characters as indices of a vocabulary that is learned from the training rows, for an Embedding. Short texts are filled up with index 0, long ones are cut.',
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
  },
  begin(_, { tokenizer: id, length: wanted, vocabulary: size, minimum, lowerCase }) {
    const tokenizer = tokenizerOf(id);
    const lower = (text: string): string => (lowerCase ? text.toLowerCase() : text);
    const normalised = (staged: StagedRow): Text =>
      Array.isArray(staged) ? staged.map(lower) : lower(String(staged));
    return {
      form: 'text',
      stage: (cell) => (Array.isArray(cell) ? cell : typeof cell === 'object' ? undefined : String(cell)),
      async fit({ name, rows, isTraining }) {
        async function* training(): AsyncIterable<Text> {
          let row = 0;
          for await (const batch of rows()) {
            for (const staged of batch) if (isTraining(row++)) yield normalised(staged);
          }
        }
        const classes = await tokenizer.learn(training(), { size, minimum });
        const encode = tokenizer.encoder(classes);
        const length = wanted || usualLength(await lengthsOf(training(), encode));
        if (length === 0) throw emptyColumn(name);
        return {
          column: {
            dtype: 'i32',
            shape: [length],
            classes,
            tokens: { tokenizer: id, lowerCase },
            missing: 0,
          },
          convert(staged) {
            const stored = new Int32Array(length).fill(PADDING);
            stored.set(encode(normalised(staged)).slice(0, length));
            return stored;
          },
        };
      },
    };
  },
  read(stored, { tokens, classes = [] }) {
    const decode = tokenizerOf(tokens!.tokenizer).decode;
    return { form: 'text', text: decode(Array.from(stored), classes) };
  },
});

async function lengthsOf(texts: AsyncIterable<Text>, encode: (text: Text) => number[]): Promise<number[]> {
  const lengths: number[] = [];
  for await (const text of texts) lengths.push(encode(text).length);
  return lengths;
}
