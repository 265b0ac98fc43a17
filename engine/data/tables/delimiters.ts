import { StrataError } from '../../core/errors.ts';

/** What parts the values of a table: one of five usual signs, or another one, which is told. */

const SIGNS = { comma: ',', tab: '\t', semicolon: ';', pipe: '|', space: ' ' } as const;
export const DELIMITERS = [...(Object.keys(SIGNS) as (keyof typeof SIGNS)[]), 'other'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

export interface Division {
  readonly delimiter: Delimiter;
  /** The characters of another delimiter, as people write them: `::`, `\x01`. */
  readonly sign: string;
}

/** A delimiter that stands for nothing: zero bytes are in no text. */
const NOTHING = '\0';

const ESCAPES = /\\t|\\x([\da-f]{2})|\\u([\da-f]{4})/gi;

/** The characters between two values. Throws `CSV_DELIMITER`. */
export function signOf({ delimiter, sign }: Division): string {
  if (delimiter !== 'other') return SIGNS[delimiter];
  const characters = sign.replace(ESCAPES, (_, byte?: string, unit?: string) =>
    byte || unit ? String.fromCharCode(Number.parseInt(byte ?? unit!, 16)) : '\t',
  );
  if (!/["\r\n]/.test(characters)) return characters || NOTHING;
  throw new StrataError({
    code: 'CSV_DELIMITER',
    message: 'Quotation marks and line ends cannot stand between two values.',
    got: JSON.stringify(characters),
    expected: 'one or several other characters',
    fix: 'Choose another delimiter.',
  });
}

const OF_SIGN = new Map<string, Delimiter>(
  DELIMITERS.slice(0, -1).map((name) => [signOf({ delimiter: name, sign: '' }), name]),
);

/** How people write a delimiter: one of the usual by its name, and another so that every character can be seen. */
export function divisionBy(sign: string): Division {
  const delimiter = OF_SIGN.get(sign);
  if (delimiter) return { delimiter, sign: '' };
  const seen = (unit: string) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return { delimiter: 'other', sign: sign.replace(/[\x00-\x1f]/g, seen) };
}
