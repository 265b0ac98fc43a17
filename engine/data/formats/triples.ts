import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { lineProblem, lineRows } from '../sources/line-rows.ts';
import { firstLines } from '../sources/text.ts';

const SAMPLE_LINES = 1000;
/** Share of the entities on one side that must stand on the other side, too. */
const SHARED = 0.3;
/** Where entities hardly ever come up twice: rows per relation. */
const ROWS_PER_RELATION = 20;

/** How a line becomes head, relation and tail. */
interface Notation {
  readonly expected: string;
  parts(line: string): readonly string[];
}

const TABS: Notation = {
  expected: 'three names with tabs between them',
  parts: (line) => line.split('\t').map((part) => part.trim()),
};
const SPACES: Notation = {
  expected: 'three names with spaces between them',
  parts: (line) => line.trim().split(/ +/),
};
/** Addresses in angle brackets, unnamed things and texts, with a point behind them (www.w3.org/TR/n-triples). */
const STATEMENT = /^\s*(<[^>]*>|_:\S+)\s+(<[^>]*>)\s+(.+?)\s*\.\s*(?:#.*)?$/;
const N_TRIPLES: Notation = {
  expected: 'a statement of N-Triples: <head> <relation> <tail> .',
  parts: (line) => (STATEMENT.exec(line)?.slice(1) ?? []).map((part) => part.replace(/^<(.*)>$/, '$1')),
};

/** A first line that names the columns. */
const HEADER = /^(h|head|subject|s|source)[\t ]+(r|rel|relation|predicate|p)[\t ]+(t|tail|object|o|target)$/i;

export default defineFormat({
  id: 'triples',
  title: 'Triples of a knowledge graph',
  doc:
    'One statement per line, head, relation and tail with tabs or spaces between them, as in WN18RR or FB15k (Bordes et al., NeurIPS 2013), ' +
    'or in N-Triples. Heads and tails are classes of one vocabulary, so that one Embedding serves both.',
  fields: {},

  async recognise(source) {
    const lines = statements(firstLines(source, SAMPLE_LINES));
    const notation = notationOf(lines);
    const triples = lines.map((line) => notation.parts(line));
    if (source.folder || triples.length < 3 || !triples.every(isTriple)) return NOT_RECOGNISED;
    if (notation !== N_TRIPLES && !isGraph(triples)) return NOT_RECOGNISED;
    return {
      confidence: 0.8,
      reasons: ['Its lines are heads, relations and tails; the same names stand on both ends.'],
    };
  },

  detect: async () => ({}),

  async open(source) {
    const notation = notationOf(statements(firstLines(source, SAMPLE_LINES)));
    const entity = { kind: 'category', options: { vocabulary: 'entities' } } as const;
    return {
      columns: [
        { name: 'head', role: 'input', ...entity },
        { name: 'relation', role: 'input', kind: 'category' },
        { name: 'tail', role: 'target', ...entity },
      ],
      totalRows: null,
      totalWork: source.bytes,
      reasons: [
        'Heads and tails have one vocabulary. Make the tail an input, too, for a model that scores whole triples.',
      ],
      warnings: [],
      rows: () =>
        lineRows(source, (line, number) => {
          if (statements([line]).length === 0) return null;
          const triple = notation.parts(line);
          return isTriple(triple) ? triple : lineProblem(source, number, line, notation.expected);
        }),
    };
  },
});

/** Lines that say something: no names of columns and, in N-Triples, no remarks. */
const statements = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.trim() !== '' && !HEADER.test(line.trim()) && !/^\s*# /.test(line));

function notationOf(lines: readonly string[]): Notation {
  if (lines.length > 0 && lines.every((line) => STATEMENT.test(line))) return N_TRIPLES;
  return lines.some((line) => line.includes('\t')) ? TABS : SPACES;
}

const isTriple = (parts: readonly string[]): boolean =>
  parts.length === 3 && parts.every((part) => part !== '');

/** True where the same names stand on both ends. Names with spaces are more likely the texts of a table, where relations are many. */
function isGraph(triples: readonly (readonly string[])[]): boolean {
  const [heads, relations, tails] = [0, 1, 2].map((at) => new Set(triples.map((triple) => triple[at])));
  const both = [...heads].filter((head) => tails.has(head)).length;
  const shared = both >= SHARED * Math.min(heads.size, tails.size);
  const few = relations.size * ROWS_PER_RELATION <= triples.length && both > 0;
  const spaced = triples.some((triple) => triple.some((part) => part.includes(' ')));
  const numbers = [...relations].some((relation) => !Number.isNaN(Number(relation)));
  return relations.size > 1 && !numbers && (spaced ? shared && few : shared || few);
}
