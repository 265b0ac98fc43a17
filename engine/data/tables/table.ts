import type { ColumnKind, ColumnRole } from '../../core/dataset.ts';
import type { Problem } from '../../core/errors.ts';
import type { Params } from '../../core/fields.ts';
import { numbersOf } from '../kinds/numbers-in.ts';
import { dateOptions } from '../dates/date-columns.ts';
import type { ReaderColumn } from '../format.ts';
import { splitNamed } from '../splits/split-names.ts';

/** What text cells of tables mean, for every format that reads tables. */

/** Texts that stand for a missing value, in lower case. */
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-']);
const LONGEST_MISSING = 4;

export function isMissing(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.length <= LONGEST_MISSING && MISSING.has(trimmed.toLowerCase());
}

/** How people write numbers: as programs do, or with thousands set apart, a point or a comma before decimals, and signs of units. */
export const NOTATIONS = ['plain', 'point', 'comma'] as const;
export type Notation = (typeof NOTATIONS)[number];

const UNITS = /^([-+]?)\s*[€$£¥]\s*|\s*[€$£¥%]$/g;
const GROUPED: Readonly<Record<Exclude<Notation, 'plain'>, RegExp>> = {
  point: /^[-+]?(?:\d{1,3}(?:[,'’ \u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?$/,
  comma: /^[-+]?(?:\d{1,3}(?:[.'’ \u00a0\u202f]\d{3})+|\d+)(?:,\d+)?$/,
};

/** The number a text stands for, or NaN. */
export function parseNumber(text: string, notation: Notation = 'plain'): number {
  const trimmed = text.trim();
  if (notation === 'plain') return trimmed === '' ? Number.NaN : Number(trimmed);
  const bare = trimmed.replace(UNITS, '$1');
  if (!GROUPED[notation].test(bare)) return Number.NaN;
  const digits = bare.replace(notation === 'point' ? /[^-+\d.]/g : /[^-+\d,]/g, '');
  return Number(digits.replace(',', '.'));
}

/** The notation that makes numbers of most texts; undefined where none does. */
function notationOf(texts: readonly string[]): Notation | undefined {
  return NOTATIONS.find((notation) => mostly(texts, (text) => !Number.isNaN(parseNumber(text, notation))));
}

/** Names of targets; `y` may stand beside `x`. */
const TARGET_NAMES = [
  /^(class|label|labels|target|species|outcome|diagnosis|survived|category|quality|type)$/i,
  /^y$/i,
];
const ID_NAME =
  /(^|[_\s-])id$|^((user|item|movie|book|product|customer|track|song|artist)(id)?|index|unnamed: 0)$/i;
const CAMEL_ID = /[a-z]I[Dd]$/;
/** Where the texts beside it come from. */
const ATTRIBUTION = /^CC[- ]BY|\battribution\b/i;
/** A whole-number target with no more values than this is a class, not a quantity. */
const MOST_CLASS_NUMBERS = 20;
/** A share of sample values that must be numbers for a column to count as one; the rest are bad rows. */
const NUMERIC_SHARE = 0.9;
/** Words that a text has on average, where it is one. */
const PROSE_WORDS = 3;
/** Numbers in one cell that make it a sequence; fewer may be a telephone number, a place or a size. */
const SEQUENCE_NUMBERS = 5;
/** Numbers that begin with zeros are names: of places, of things. Fewer digits may be hours or months. */
const CODE = /^0\d{3,}$/;
/** Texts that begin otherwise need no closer look. */
const NUMBER_FIRST = /^[[({\s]*[-+.]?\d/;

interface Facts {
  readonly name: string;
  /** How its numbers are written, where that is not plain. */
  readonly notation?: Notation;
  readonly numeric: boolean;
  readonly distinct: number;
  readonly whole: boolean;
  readonly present: number;
  /** True where more values are missing than not. */
  readonly sparse: boolean;
  /** True where numbers begin with zeros. */
  readonly code: boolean;
  /** True for several numbers in each cell. */
  readonly sequence: boolean;
  /** True for sentences, which differ from row to row. */
  readonly prose: boolean;
  /** True where every number is the next one. */
  readonly counting: boolean;
  /** True where the values can only be numbers of the rows. */
  readonly numbering?: boolean;
  /** True where the values say whom the others are from. */
  readonly attribution: boolean;
  /** True where every value names a part: train, validation, test. */
  readonly parts: boolean;
  /** Settings of a column of dates, where it is one. */
  readonly date?: Params;
}

/** Proposes types and roles from the first rows of a table. */
export function proposeColumns(
  names: readonly string[],
  rows: readonly (readonly string[])[],
): ReaderColumn[] {
  const facts = besideTexts(
    names.map((name, at) =>
      factsOf(
        name,
        rows.map((row) => row[at] ?? ''),
      ),
    ),
  );
  const target = chooseTarget(facts);
  const others = facts.some((fact, at) => at !== target && !fact.date && role(fact) === 'input');
  // Beside numbers and categories a text is mostly a name; alone it is what the table is about.
  const proposed = others
    ? facts.map((fact, at) => propose(fact, at === target))
    : proposeTexts(facts, target);
  return withTime(proposed);
}

/** Beside a text, numbers without a name that count the rows are no input; beside several texts, those that hardly ever come up twice. */
function besideTexts(facts: readonly Facts[]): readonly Facts[] {
  const texts = facts.filter(({ prose }) => prose).length;
  const numbers = ({ name, whole, distinct, present, counting }: Facts) =>
    UNNAMED.test(name) && whole && (texts > 1 ? distinct > present / 2 : counting);
  return texts === 0 ? facts : facts.map((fact) => ({ ...fact, numbering: numbers(fact) }));
}
/** As `uniqueNames` calls them. */
const UNNAMED = /^column \d+$/;

/** The only date tells when a row was; it is an input where the table has no other. */
function withTime(columns: readonly ReaderColumn[]): ReaderColumn[] {
  const dates = columns.filter(({ kind }) => kind === 'date');
  const others = columns.some(({ kind, role }) => kind !== 'date' && role === 'input');
  if (dates.length !== 1 || !others) return [...columns];
  const reason = `Column "${dates[0].name}" says when each row was. Make it an input if the model is to see it.`;
  return columns.map((column) => (column.kind === 'date' ? { ...column, role: 'time', reason } : column));
}

/** Texts are inputs; where there are several and nothing else to predict, the last one is what is to be written: pairs of sentences. */
function proposeTexts(facts: readonly Facts[], target: number): ReaderColumn[] {
  const texts = facts.filter((fact, at) => at !== target && differs(fact));
  const written = target < 0 && texts.length > 1 ? texts.at(-1) : undefined;
  return facts.map((fact, at) => {
    if (!texts.includes(fact)) return propose(fact, at === target);
    return { name: fact.name, kind: 'text', role: fact === written ? 'target' : 'input' };
  });
}

function factsOf(name: string, texts: readonly string[]): Facts {
  const present = texts.filter((text) => !isMissing(text));
  const code = present.some((text) => CODE.test(text.trim()));
  const notation = code ? undefined : notationOf(present);
  const numbers = present.map((text) => parseNumber(text, notation)).filter((value) => !Number.isNaN(value));
  const distinct = new Set(present).size;
  const words = present.reduce((sum, text) => sum + text.trim().split(/\s+/).length, 0);
  const date = dateOptions(name, present);
  const sequence = notation === undefined && mostly(present, isSequence);
  return {
    name,
    numeric: notation !== undefined,
    ...(notation && notation !== 'plain' && { notation }),
    distinct,
    whole: numbers.every(Number.isInteger),
    present: present.length,
    sparse: present.length < texts.length / 2,
    counting: numbers.every((value, at) => value === numbers[0] + at),
    attribution: mostly(present, (text) => ATTRIBUTION.test(text)),
    parts: present.length > 0 && present.every(splitNamed),
    code,
    sequence,
    prose: !date && !sequence && distinct > present.length / 2 && words >= PROSE_WORDS * present.length,
    ...(date && { date }),
  };
}

const isSequence = (text: string): boolean =>
  NUMBER_FIRST.test(text) && (numbersOf(text)?.length ?? 0) >= SEQUENCE_NUMBERS;

const mostly = <T>(values: readonly T[], test: (value: T) => boolean): boolean =>
  values.length > 0 && values.filter(test).length >= values.length * NUMERIC_SHARE;

/** By name, else the last column that can be predicted: one with values in most rows, where there is one. */
function chooseTarget(facts: readonly Facts[]): number {
  const possible = (fact: Facts) => !fact.date && !fact.sequence && role(fact) === 'input';
  const usable = (fact: Facts) => fact.distinct > 1 && possible(fact);
  // Of rows that are sorted by class the first ones show only one.
  const named = [usable, possible].flatMap((fits) =>
    TARGET_NAMES.map((names) => facts.findIndex((fact) => names.test(fact.name) && fits(fact))),
  );
  const last = [(fact: Facts) => usable(fact) && !fact.sparse, usable].map((fits) =>
    facts.findLastIndex(fits),
  );
  return [...named, ...last].find((at) => at >= 0) ?? -1;
}

/** Whole numbers that name something: of users, of things. */
const names = ({ name, numeric, whole, numbering = false }: Facts): boolean =>
  numeric && whole && (numbering || ID_NAME.test(name) || CAMEL_ID.test(name));

/** A class comes up again, in a table of few rows as well. */
const mostClasses = ({ present }: Facts): number => Math.min(MOST_CLASS_NUMBERS, Math.max(2, present / 2));

function propose(fact: Facts, target: boolean): ReaderColumn {
  const classNumbers =
    names(fact) || (target && fact.numeric && fact.whole && fact.distinct <= mostClasses(fact));
  const kind = kindOf(fact, classNumbers);
  const options = fact.date ?? (kind === 'number' && fact.notation ? { notation: fact.notation } : undefined);
  if (target) return { name: fact.name, kind, role: 'target', ...(options && { options }) };
  const proposed = role(fact);
  return {
    name: fact.name,
    kind,
    role: proposed,
    ...(options && { options }),
    ...reasonOf(fact, kind, proposed),
  };
}

function reasonOf(fact: Facts, kind: ColumnKind, proposed: ColumnRole): Pick<ReaderColumn, 'reason'> {
  const column = `Column "${fact.name}"`;
  if (proposed !== 'input') return { reason: notSeenBecause(fact) };
  if (kind === 'sequence') return { reason: `${column} holds several numbers in each cell: a sequence.` };
  return fact.code ? { reason: `${column} has numbers that begin with zeros: names, not amounts.` } : {};
}

function kindOf({ date, sequence, numeric }: Facts, classNumbers: boolean): ColumnKind {
  if (date) return 'date';
  if (sequence) return 'sequence';
  return numeric && !classNumbers ? 'number' : 'category';
}

function role(fact: Facts): ColumnRole {
  if (notSeenBecause(fact) === '') return 'input';
  return fact.parts ? 'split' : 'ignore';
}

/** True for texts that are different in nearly every row. */
const differs = ({ numeric, sequence, prose, distinct, present, date, attribution }: Facts): boolean =>
  !numeric && !date && !sequence && !attribution && (prose || distinct > Math.max(20, present / 2));

function notSeenBecause(fact: Facts): string {
  const { name, distinct, present, date } = fact;
  if (fact.parts) return `Column "${name}" says which part each row belongs to.`;
  if (present === 0) return `Column "${name}" has no values in the first rows, so it is left out.`;
  if (fact.attribution) return `Column "${name}" says where the others are from, so it is left out.`;
  if (!date && names(fact) && (fact.numbering || distinct === present)) {
    return `Column "${name}" numbers the rows, so it is left out.`;
  }
  if (differs(fact)) {
    return `Column "${name}" holds a different text in nearly every row, so it is left out. Read it as Text if the model is to see it.`;
  }
  return '';
}

/** Names of columns as a first row gives them, or numbers where there are none; repeated ones are numbered, with a warning. */
export function uniqueNames(
  first: readonly string[],
  where: string,
): { readonly names: readonly string[]; readonly warnings: readonly Problem[] } {
  const unnamed = first.every((cell) => cell.trim() === '');
  const used = new Set(first.map((cell) => cell.trim()));
  const seen = new Set<string>();
  const warnings: Problem[] = [];
  const names = first.map((cell, at) => {
    const name = cell.trim() || `column ${at + 1}`;
    let unique = name;
    // Another column may be called as the numbered one would be.
    for (let number = 2; seen.has(unique) || (unique !== name && used.has(unique)); number++)
      unique = `${name}_${number}`;
    seen.add(unique);
    if (!unnamed && unique !== cell.trim()) {
      warnings.push({
        code: 'COLUMN_NAME',
        message: cell.trim() === '' ? `Column ${at + 1} has no name.` : `Two columns are called "${name}".`,
        where: `${where}, first row`,
        fix: `It is called "${unique}" here.`,
      });
    }
    return unique;
  });
  return { names, warnings };
}
