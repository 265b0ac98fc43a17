import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { lineProblem, lineRows } from '../sources/line-rows.ts';
import { firstLines } from '../sources/text.ts';

const SAMPLE_LINES = 200;
/** The name of a section, on a line of its own. */
const SECTION = /^:\s*(\S.*?)\s*$/;
const wordsOf = (line: string): string[] => line.trim().split(/\s+/);

/** Questions share one vocabulary, whatever place a word stands at. */
const word = { kind: 'category', options: { vocabulary: 'words' } } as const;

export default defineFormat({
  id: 'analogies',
  title: 'Word analogies',
  doc:
    'Questions of the kind “Athens is to Greece as Baghdad is to …”, four words per line under the names of their sections, as in ' +
    'questions-words.txt (Mikolov et al., ICLR 2013).',
  fields: {},

  async recognise(source) {
    const [first = '', ...lines] = firstLines(source, SAMPLE_LINES);
    const fours = lines.every((line) => SECTION.test(line) || wordsOf(line).length === 4);
    if (source.folder || !SECTION.test(first) || lines.length === 0 || !fours) return NOT_RECOGNISED;
    return { confidence: 0.9, reasons: ['Its lines are four words each, under the names of sections.'] };
  },

  detect: async () => ({}),

  async open(source) {
    return {
      columns: [
        ...['a', 'b', 'c'].map((name) => ({ name, role: 'input', ...word }) as const),
        { name: 'd', role: 'target', ...word },
        { name: 'section', kind: 'identifier', role: 'group' },
      ],
      totalRows: null,
      totalWork: source.bytes,
      reasons: [],
      warnings: [],
      rows: () => {
        let section = '';
        return lineRows(source, (line, number) => {
          const name = SECTION.exec(line)?.[1];
          if (name !== undefined) section = name;
          if (name !== undefined || line.trim() === '') return null;
          const words = wordsOf(line);
          return words.length === 4 ? [...words, section] : lineProblem(source, number, line, 'four words');
        });
      },
    };
  },
});
