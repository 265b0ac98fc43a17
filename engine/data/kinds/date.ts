import { boolean } from '../../core/fields.ts';
import { parseTime } from '../time.ts';
import { keptText } from './kept.ts';
import { defineKind } from './kind.ts';

export default defineKind({
  id: 'date',
  title: 'Date or time',
  doc: 'When a row was: a date, with a time or without, or a number that grows. It is kept as it is written, and puts the rows in order; no model sees it.',
  fields: {
    dayFirst: boolean({
      label: 'Day first',
      help: 'Reads 3/4/2025 as the 3rd of April, not the 4th of March.',
      default: false,
    }),
  },
  roles: ['time'],
  begin: (_, { dayFirst }) => ({
    form: 'text',
    stage(cell) {
      if (typeof cell === 'object') return undefined;
      const text = String(cell).trim();
      return Number.isNaN(parseTime(text, dayFirst)) ? undefined : text;
    },
    time: (staged) => parseTime(String(staged), dayFirst),
    fit: keptText,
  }),
});
