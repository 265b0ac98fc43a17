import { StrataError } from '../../core/errors.ts';

/** Strings, which stay as they are, and the words for numbers that are none. */
const NO_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** Objects and lists inside of each other: who goes through many more would come to the end of the stack. */
export const MOST_DEPTH = 200;
const MANY_OPENED = new RegExp(`^(?:[^[{]*[[{]){${MOST_DEPTH + 1}}`);

export const tooDeep = (): SyntaxError =>
  new SyntaxError(`Objects and lists are more than ${MOST_DEPTH} deep.`);

/**
 * The value of a JSON text (RFC 8259). NaN and Infinity, which Python writes though JSON has no words for them, are null. Throws a
 * `SyntaxError` where it is none, or too deep.
 */
export function parseJson(text: string): unknown {
  const value = parsed(text);
  if (MANY_OPENED.test(text) && isDeeper(value, MOST_DEPTH)) throw tooDeep();
  return value;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((part) => isDeeper(part, depth - 1));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const sound = text.replace(NO_NUMBERS, (part) => (part.startsWith('"') ? part : 'null'));
    if (sound === text) throw error;
    return JSON.parse(sound);
  }
}

/** What is told where the content of a file is no JSON; an error of ours stays as it is. */
export function notJson(where: string, error: unknown): unknown {
  if (error instanceof StrataError) return error;
  return new StrataError(
    {
      code: 'JSON_SYNTAX',
      message: 'The file is no sound JSON.',
      where,
      got: (error as Error).message.slice(0, 200),
      expected: 'JSON',
      fix: 'Check the file with a JSON validator; it may have been cut off.',
    },
    { cause: error },
  );
}
