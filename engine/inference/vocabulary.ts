import { StrataError } from '../core/errors.ts';
import { codecOf } from '../data/tokenizers/catalogue.ts';
import type { Stream } from './stream.ts';

/**
 * Between text and the tokens of a model: the tokenizer of a column of texts, or the class names of categories (characters where every
 * name is one, else parted by spaces), or numbers. What the model chooses from is called a choice; it may be numbered otherwise than
 * the tokens that it reads.
 */
export class Vocabulary {
  /** The token that each choice is when it is read again; −1 where the model cannot read it. */
  readonly tokens: Int32Array;
  private readonly stream: Stream;
  private readonly names: readonly string[];
  private readonly joint: string;

  constructor(stream: Stream) {
    const { size, targets, input } = stream;
    const { classes } = input.binding;
    this.stream = stream;
    this.names = targets ?? classes ?? Array.from({ length: size }, (_, choice) => String(choice));
    this.joint = classes && this.names.every(isCharacter) ? '' : ' ';
    this.tokens = Int32Array.from({ length: size }, (_, choice) => {
      if (!targets) return choice;
      return classes ? classes.indexOf(targets[choice]) : wholeNumber(targets[choice]);
    });
  }

  name(choice: number): string {
    return this.names[choice] ?? String(choice);
  }

  /** The tokens of a text. Throws `GENERATE_TOKEN`. */
  encode(text: string): number[] {
    const { classes, codec } = this;
    if (codec) return codec.encode(text);
    return pieces(text, classes).map((piece) => {
      const token = classes ? classes.indexOf(piece) : wholeNumber(piece);
      if (token >= 0) return token;
      throw unknown(piece, classes);
    });
  }

  /** The choice of a name. Throws `GENERATE_TOKEN`. */
  choice(name: string): number {
    const choice = this.names.indexOf(name);
    if (choice >= 0) return choice;
    throw unknown(name, this.names);
  }

  /** The text of choices that follow the tokens of a prompt: the text of both together begins with that of the prompt. */
  decode(choices: readonly number[], prompt: readonly number[] = []): string {
    const { codec } = this;
    if (!codec) {
      const text = choices.map((choice) => this.name(choice)).join(this.joint);
      return prompt.length > 0 && text !== '' ? this.joint + text : text;
    }
    const { decode } = codec;
    const tokens = choices.map((choice) => this.tokens[choice]);
    return decode([...prompt, ...tokens]).slice(decode(prompt).length);
  }

  private get codec() {
    const {
      classes,
      columns: [{ tokens }],
    } = this.stream.input.binding;
    return tokens && classes && codecOf({ tokens, classes });
  }

  private get classes() {
    return this.stream.input.binding.classes;
  }
}

const isCharacter = (name: string): boolean => [...name].length === 1;

function pieces(text: string, classes: readonly string[] | undefined): string[] {
  if (classes?.every(isCharacter))
    return [...text].filter((piece) => classes.includes(piece) || piece.trim() !== '');
  return text.split(classes ? /\s+/ : /[\s,]+/).filter((piece) => piece !== '');
}

function wholeNumber(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : -1;
}

function unknown(name: string, names: readonly string[] | undefined): StrataError {
  return new StrataError({
    code: 'GENERATE_TOKEN',
    message: `The model knows no token "${name}".`,
    got: name,
    expected: names
      ? names.slice(0, 20).join(' ') + (names.length > 20 ? ' …' : '')
      : 'whole numbers from 0 on',
    fix: 'Use only tokens that the model was trained with.',
  });
}
