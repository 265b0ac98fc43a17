import { defineFormat, NOT_RECOGNISED } from '../format.ts';
import { lineProblem, lineRows } from '../sources/line-rows.ts';
import { firstLines } from '../sources/text.ts';

const SAMPLE_LINES = 500;
/** A word, with the number of its variant in brackets, and ARPAbet phonemes with their stress (0, 1, 2); a remark may follow. */
const ENTRY = /^(\S+?)(?:\(\d+\))? +((?:[A-Z]{1,2}[0-2]? ?)+)(?:#.*)?$/;
const REMARK = /^(;;;|#)/;

export default defineFormat({
  id: 'pronunciations',
  title: 'Pronunciations (CMUdict)',
  doc: 'A word and its phonemes on each line, as in the CMU Pronouncing Dictionary. Words are read letter by letter, phonemes as they stand.',
  fields: {},

  async recognise(source) {
    const lines = firstLines(source, SAMPLE_LINES).filter((line) => !REMARK.test(line));
    // Stress marks tell phonemes from words in capitals.
    const stressed = lines.filter((line) => /[A-Z][0-2]\b/.test(line)).length;
    const entries = lines.every((line) => ENTRY.test(line));
    if (source.folder || lines.length < 3 || !entries || stressed * 2 < lines.length) return NOT_RECOGNISED;
    return { confidence: 0.85, reasons: ['Its lines are words with their phonemes.'] };
  },

  detect: async () => ({}),

  async open(source) {
    return {
      columns: [
        { name: 'word', kind: 'text', role: 'input', options: { tokenizer: 'characters' } },
        { name: 'phonemes', kind: 'text', role: 'target', options: { lowerCase: false } },
      ],
      totalRows: null,
      totalWork: source.bytes,
      reasons: [],
      warnings: [],
      rows: () =>
        lineRows(source, (line, number) => {
          if (line.trim() === '' || REMARK.test(line)) return null;
          const [, word, phonemes] = ENTRY.exec(line.trimEnd()) ?? [];
          if (!word) return lineProblem(source, number, line, 'a word and its phonemes');
          return [word, phonemes.trim().split(/ +/)];
        }),
    };
  },
});
