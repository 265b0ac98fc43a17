import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { lineProblem, lineRows } from '../sources/line-rows.ts';
import { firstLines } from '../sources/text.ts';

const SAMPLE_LINES = 1000;
/** Share of the entities on one side that must stand on the other side, too. */
const SHARED = 0.3;
/** Where entities hardly ever come up twice: rows per relation. */
const ROWS_PER_RELATION = 20;

export default defineFormat({
  id: 'triples',
  title: 'Triples of a knowledge graph',
  doc:
    'One statement per line, head, relation and tail with tabs between them, as in WN18RR or FB15k (Bordes et al., NeurIPS 2013). Heads and ' +
    'tails are classes of one vocabulary, so that one Embedding serves both.',
  fields: {},

  async recognise(source) {
    const triples = firstLines(source, SAMPLE_LINES).map((line) => line.split('\t'));
    if (source.folder || triples.length < 3 || !triples.every(isTriple)) return NOT_RECOGNISED;
    const [heads, relations, tails] = [0, 1, 2].map((at) => new Set(triples.map((triple) => triple[at])));
    const both = [...heads].filter((head) => tails.has(head)).length;
    const shared = both >= SHARED * Math.min(heads.size, tails.size);
    const few = relations.size * ROWS_PER_RELATION <= triples.length && both > 0;
    if (relations.size < 2 || !(shared || few)) return NOT_RECOGNISED;
    return {
      confidence: 0.8,
      reasons: ['Its lines are heads, relations and tails; the same names stand on both ends.'],
    };
  },

  detect: async () => ({}),

  async open(source) {
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
          if (line.trim() === '') return null;
          const triple = line.split('\t').map((part) => part.trim());
          return triple.length === 3 && triple.every((part) => part !== '')
            ? triple
            : lineProblem(source, number, line, 'three names with tabs between them');
        }),
    };
  },
});

/** Names without spaces: with them it is a table of texts. */
const isTriple = (parts: readonly string[]): boolean =>
  parts.length === 3 && parts.every((part) => /^\S+$/.test(part)) && Number.isNaN(Number(parts[1]));
