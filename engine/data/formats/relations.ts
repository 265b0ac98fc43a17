import { defineFormat, NOT_RECOGNISED, type Reader, type RowBatch } from '../format.ts';
import type { Problem } from '../../core/errors.ts';
import type { Source } from '../sources/source.ts';
import { firstLines, linesOf, textOf } from '../sources/text.ts';
import { BATCH_ROWS } from '../tables/typed-table.ts';

/** A sentence in quotation marks behind its number or name, with two marked entities in any order. */
const SENTENCE = /^\s*\S+\s+"(.*)"\s*$/;
const MARKED = /^(?=.*<e1>.*<\/e1>).*<e2>.*<\/e2>/;
/** What people noted stands below the relation. */
const COMMENT = /^\s*Comment:/;

export default defineFormat({
  id: 'relations',
  title: 'Marked relations (SemEval)',
  doc:
    'Sentences with two entities between `<e1>` and `<e2>`, and the relation of both on the line below, as in SemEval-2010 task 8 ' +
    '(Hendrickx et al., 2010). The marks stay in the text as the words `start_e1`, `end_e1`, `start_e2` and `end_e2`.',
  fields: {},

  async recognise(source) {
    const sentences = firstLines(source, 40).filter((line) => SENTENCE.test(line) && MARKED.test(line));
    if (sentences.length < 2) return NOT_RECOGNISED;
    return {
      confidence: 0.9,
      reasons: ['Sentences with two marked entities are followed by their relation.'],
    };
  },

  detect: async () => ({}),

  async open(source) {
    return openRelations(source);
  },
});

function openRelations(source: Source): Reader {
  return {
    columns: [
      { name: 'sentence', kind: 'text', role: 'input' },
      { name: 'relation', kind: 'category', role: 'target' },
    ],
    totalRows: null,
    totalWork: source.bytes,
    reasons: [],
    warnings: [],
    rows: () => readRelations(source),
  };
}

async function* readRelations(source: Source): AsyncIterable<RowBatch> {
  const { text, read } = textOf(source);
  let rows: (readonly [string, string])[] = [];
  let problems: Problem[] = [];
  let pending: { readonly sentence: string; readonly line: number } | undefined;
  let number = 0;
  for await (const line of linesOf(text, source.path)) {
    number++;
    const sentence = SENTENCE.exec(line)?.[1];
    if (sentence !== undefined) {
      if (pending) problems.push(noRelation(source.path, pending.line, pending.sentence));
      pending = { sentence, line: number };
    } else if (pending && line.trim() !== '' && !COMMENT.test(line)) {
      if (MARKED.test(pending.sentence)) rows.push([apart(pending.sentence), line.trim()]);
      else problems.push(unmarked(source.path, pending.line, pending.sentence));
      pending = undefined;
    }
    if (rows.length < BATCH_ROWS) continue;
    yield { rows, problems, done: read() };
    [rows, problems] = [[], []];
  }
  if (pending) problems.push(noRelation(source.path, pending.line, pending.sentence));
  yield { rows, problems, done: source.bytes };
}

/** The marks as words, which no tokenizer takes to pieces. */
const apart = (sentence: string): string =>
  sentence.replace(/<(\/?)(e[12])>/g, (_, end, name) => ` ${end ? 'end' : 'start'}_${name} `);

function noRelation(path: string, line: number, sentence: string): Problem {
  return {
    code: 'RELATION_MISSING',
    message: `The sentence of line ${line} has no relation below it. It was left out.`,
    where: `${path}, line ${line}`,
    got: sentence.slice(0, 80),
    expected: 'a relation on the next line',
    fix: 'Write the relation on the line below the sentence.',
  };
}

function unmarked(path: string, line: number, sentence: string): Problem {
  return {
    code: 'RELATION_MARKS',
    message: `The sentence of line ${line} does not mark two entities. It was left out.`,
    where: `${path}, line ${line}`,
    got: sentence.slice(0, 80),
    expected: 'one entity between <e1> and </e1>, and one between <e2> and </e2>',
    fix: 'Mark them.',
  };
}
