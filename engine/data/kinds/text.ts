import type { TextTokens } from '../../core/dataset.ts';
import { boolean, choice, int, text } from '../../core/fields.ts';
import type { Cell } from '../format.ts';
import { cased, codecOf, openCodec, tokenizerOf, tokenizers } from '../tokenizers/catalogue.ts';
import { PieceNumbers } from '../tokenizers/piece-numbers.ts';
import {
  PADDING,
  type Learned,
  type Pieces,
  type Text,
  type TokenizerRecord,
  type VocabularySettings,
} from '../tokenizers/tokenizer.ts';
import { defineKind, type ColumnImport, type FitContext, type FittedColumn, type StagedRow } from './kind.ts';
import { FITTING, LONGEST, trainingLength } from './lengths.ts';
import { numbersIn } from './numbers-in.ts';

const FROM_FILE = tokenizers.filter(({ fromFile }) => fromFile).map(({ id }) => id);
const LEARNED = tokenizers.filter(({ fromFile }) => !fromFile).map(({ id }) => id);

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
    file: text({
      label: 'Tokenizer file',
      help: 'Path of the tokenizer.json on the machine that Strata runs on.',
      placeholder: '/models/bert/tokenizer.json',
      default: '',
      when: { field: 'tokenizer', is: FROM_FILE },
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
      when: { field: 'tokenizer', is: LEARNED },
    }),
    minimum: int({
      label: 'Rarest token',
      help: 'Tokens that come up less often in the training texts are unknown (index 1).',
      default: 1,
      min: 1,
      advanced: true,
      when: { field: 'tokenizer', is: LEARNED },
    }),
    lowerCase: boolean({
      label: 'Lower case',
      help: 'Reads capital letters as small ones.',
      default: true,
      when: { field: 'tokenizer', is: tokenizers.filter(({ ownCase }) => !ownCase).map(({ id }) => id) },
    }),
  },
  begin(_, { tokenizer: id, length, vocabulary: size, minimum, lowerCase, file }) {
    const tokenizer = tokenizerOf(id);
    const tokens = { tokenizer: id, lowerCase: lowerCase && !tokenizer.ownCase };
    const settings = { size, minimum, file };
    if (tokenizer.pieces) return cutTexts(tokenizer.pieces, tokens, settings, length);
    return wholeTexts(tokenizer, tokens, settings, length);
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

const textIn = (cell: NonNullable<Cell>): Text | undefined =>
  Array.isArray(cell) ? (cell as readonly string[]) : typeof cell === 'object' ? undefined : String(cell);

/** Texts that are cut as they come, and wait as numbers of their pieces. */
function cutTexts(
  pieces: Pieces,
  tokens: TextTokens,
  settings: VocabularySettings,
  wanted: number,
): ColumnImport {
  const numbers = new PieceNumbers(pieces, tokens);
  return {
    form: 'indices',
    stage(cell) {
      const text = textIn(cell);
      return text === undefined ? undefined : numbers.of(text);
    },
    async fit(context) {
      const learned = pieces.learn(await countNumbers(numbers, context), settings);
      const spell = pieces.speller(learned.classes);
      const spelled = new Spelled(numbers.names.map((piece) => spell(piece)));
      return fitted(context, tokens, learned, wanted, spelled);
    },
  };
}

/** What staged texts become in the end. */
interface Indices {
  count(staged: StagedRow): number;
  /** Writes as many as there is room for; returns how many. */
  write(staged: StagedRow, into: Int32Array): number;
}

/** The indices of numbered pieces, all in one array. */
class Spelled implements Indices {
  private readonly indices: Int32Array;
  /** Where those of each piece begin, and where those of the last one end. */
  private readonly starts: Int32Array;

  constructor(spelled: readonly (readonly number[])[]) {
    this.indices = Int32Array.from(spelled.flat());
    this.starts = new Int32Array(spelled.length + 1);
    for (let piece = 0; piece < spelled.length; piece++)
      this.starts[piece + 1] = this.starts[piece] + spelled[piece].length;
  }

  count = (staged: StagedRow): number => {
    const numbers = staged as Int32Array;
    let count = 0;
    for (let at = 0; at < numbers.length; at++)
      count += this.starts[numbers[at] + 1] - this.starts[numbers[at]];
    return count;
  };

  write(staged: StagedRow, into: Int32Array): number {
    const { indices, starts } = this;
    const numbers = staged as Int32Array;
    const most = into.length;
    let filled = 0;
    for (let at = 0; at < numbers.length && filled < most; at++) {
      const end = starts[numbers[at] + 1];
      for (let from = starts[numbers[at]]; from < end && filled < most; from++)
        into[filled++] = indices[from];
    }
    return filled;
  }
}

/** How often each piece stands in the training rows. */
async function countNumbers(
  { names }: PieceNumbers,
  { rows, isTraining }: FitContext,
): Promise<Map<string, number>> {
  const counts = new Float64Array(names.length);
  let row = 0;
  for await (const batch of rows())
    for (const staged of batch) {
      const numbers = staged as Int32Array;
      if (isTraining(row++)) for (let at = 0; at < numbers.length; at++) counts[numbers[at]]++;
    }
  const used = names.flatMap((piece, number) =>
    counts[number] > 0 ? [[piece, counts[number]] as const] : [],
  );
  return new Map(used);
}

/** Texts that a tokenizer must see whole. */
function wholeTexts(
  tokenizer: TokenizerRecord,
  tokens: TextTokens,
  settings: VocabularySettings,
  wanted: number,
): ColumnImport {
  return {
    form: 'text',
    stage: textIn,
    async fit(context) {
      const { rows, isTraining } = context;
      async function* training(): AsyncIterable<Text> {
        let row = 0;
        for await (const batch of rows())
          for (const staged of batch) if (isTraining(row++)) yield cased(textOf(staged), tokens);
      }
      const learned = await tokenizer.learn(training(), settings);
      const { encode } = openCodec(tokens, learned);
      return fitted(context, tokens, learned, wanted, {
        count: (staged) => encode(textOf(staged)).length,
        write(staged, into) {
          const written = encode(textOf(staged)).slice(0, into.length);
          into.set(written);
          return written.length;
        },
      });
    },
  };
}

/** How texts are stored, by what was learned. Throws `COLUMN_EMPTY`. */
async function fitted(
  context: FitContext,
  tokens: TextTokens,
  { classes, definition }: Learned,
  wanted: number,
  indices: Indices,
): Promise<FittedColumn> {
  const length = wanted || (await trainingLength(context, indices.count));
  const stored = new Int32Array(length);
  return {
    column: {
      dtype: 'i32',
      shape: [length],
      classes,
      tokens: { ...tokens, ...(definition && { definition }) },
      missing: 0,
    },
    convert(staged) {
      stored.fill(PADDING, indices.write(staged, stored));
      return stored;
    },
  };
}

function filledUp(indices: readonly number[], length: number): Int32Array {
  const stored = new Int32Array(length).fill(PADDING);
  stored.set(indices.slice(0, length));
  return stored;
}

const textOf = (staged: StagedRow): Text => (Array.isArray(staged) ? staged : String(staged));
