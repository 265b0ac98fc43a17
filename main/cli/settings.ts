import { StrataError } from '../../engine/core/errors.ts';

/** `a=1 b=true c=x` behind an option, as names and values. Throws `OPTION_INVALID`. */
export function settings(
  texts: readonly string[] = [],
  option: string,
  example: string,
): [string, unknown][] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    if (at >= 1) return [text.slice(0, at), valueOf(text.slice(at + 1))];
    throw new StrataError({
      code: 'OPTION_INVALID',
      message: 'A setting is a name, "=" and a value.',
      got: text,
      expected: `e.g. ${example}`,
      fix: `Correct what follows ${option}.`,
    });
  });
}

function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  const parts = text.split(',');
  const numbers = parts.map(Number);
  if (parts.some((part, at) => part.trim() === '' || !Number.isFinite(numbers[at]))) return text;
  return numbers.length === 1 ? numbers[0] : numbers;
}
