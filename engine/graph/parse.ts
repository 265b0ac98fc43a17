import { parse as parseWithOffsets, type ParseError } from 'jsonc-parser';
import * as v from 'valibot';
import { StrataError } from '../core/errors.ts';
import { DOCUMENT_VERSION, DocumentSchema, type ModelDocument } from './document.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

/**
 * Reads a model document: the text of a `.strata.json` file, or an already parsed value. Documents of older
 * versions are migrated. Throws a StrataError that names the path, what stands there and what should:
 * `DOCUMENT_JSON`, `DOCUMENT_FORMAT`, `DOCUMENT_VERSION`, `DOCUMENT_NEWER` or `DOCUMENT_INVALID`.
 */
export function parseDocument(source: unknown): ModelDocument {
  const value = typeof source === 'string' ? parseJson(source) : source;
  const migrated = migrate(requireHeader(value), MIGRATIONS, DOCUMENT_VERSION);
  const result = v.safeParse(DocumentSchema, migrated);
  if (!result.success) throw invalid(result.issues);
  return result.output;
}

/** Brings a document of any older version to `current`; migration i turns version i + 1 into i + 2. */
export function migrate(header: Header, migrations: readonly Migration[], current: number): Header {
  if (header.version > current) {
    throw new StrataError({
      code: 'DOCUMENT_NEWER',
      message: 'This document was written by a newer version of Strata.',
      where: 'version',
      got: `document version ${header.version}`,
      expected: `document version ${current} or older`,
      fix: 'Update Strata and open it again.',
    });
  }
  return migrations
    .slice(header.version - 1)
    .reduce<Header>(
      (document, step, index) => ({ ...step(document), version: header.version + index + 1 }),
      header,
    );
}

interface Header {
  readonly version: number;
  readonly [key: string]: unknown;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StrataError(
      {
        code: 'DOCUMENT_JSON',
        message: 'This file is not valid JSON, so it cannot be opened as a model.',
        where: positionOf(text),
        got: reason,
        expected: 'a Strata model document (*.strata.json)',
        fix: 'Correct the file in a text editor, or open an earlier copy.',
      },
      { cause: error },
    );
  }
}

/** Line and column of the first syntax error; JSON.parse itself does not always say. */
function positionOf(text: string): string {
  const errors: ParseError[] = [];
  parseWithOffsets(text, errors, { disallowComments: true });
  const before = text.slice(0, errors[0]?.offset ?? text.length).split('\n');
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
}

function requireHeader(value: unknown): Header {
  const header = v.safeParse(v.looseObject({ format: v.literal('strata') }), value);
  if (!header.success) {
    throw new StrataError({
      code: 'DOCUMENT_FORMAT',
      message: 'This is not a Strata model document.',
      where: 'format',
      got: describe(isObject(value) ? value.format : value),
      expected: '"format": "strata"',
      fix: 'Choose a *.strata.json file.',
    });
  }
  const version = header.output.version;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw new StrataError({
      code: 'DOCUMENT_VERSION',
      message: 'The document does not say which version of the format it has.',
      where: 'version',
      got: describe(version),
      expected: `a whole number from 1 to ${DOCUMENT_VERSION}`,
      fix: `Set "version" to ${DOCUMENT_VERSION} if the document was written by hand.`,
    });
  }
  return { ...header.output, version };
}

function invalid(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): StrataError {
  const [issue, ...others] = issues;
  const where = v.getDotPath(issue)?.replace(/\.(\d+)/g, '[$1]') ?? 'the document';
  const more = others.length === 0 ? '' : ` (and ${others.length} more like it)`;
  return new StrataError({
    code: 'DOCUMENT_INVALID',
    message: `The document is not well-formed at ${where}${more}.`,
    where,
    got: issue.received,
    expected: expectation(issue),
    fix: issue.expected === 'never' ? `Remove ${where}.` : `Correct ${where}.`,
  });
}

function expectation(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') return 'nothing by that name';
  // A schema with a requirement of its own (the id pattern) says it in words.
  return issue.type === 'regex' ? issue.message : (issue.expected ?? issue.message);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value)?.slice(0, 80) ?? typeof value);
}
