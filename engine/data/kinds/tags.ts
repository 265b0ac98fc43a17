import { int } from '../../core/fields.ts';
import { naturalOrder } from '../../core/natural-order.ts';
import { PADDING, SPECIAL } from '../tokenizers/tokenizer.ts';
import { emptyColumn } from './empty.ts';
import { defineKind } from './kind.ts';
import { FITTING, LONGEST, usualLength } from './lengths.ts';

export default defineKind({
  id: 'tags',
  title: 'Tags',
  doc: 'A class for each token of a text, such as B-person or NOUN. Index 0 fills up short sequences: let the loss ignore it.',
  fields: {
    length: int({
      label: 'Length',
      help: `Tags per row, as many as the text has tokens; 0: as many as ${FITTING * 100} % of the training rows have, at most ${LONGEST}.`,
      default: 0,
      min: 0,
      max: 65_536,
    }),
  },
  fixed: true,
  begin: (_, { length: wanted }) => ({
    form: 'text',
    stage: (cell) => (Array.isArray(cell) ? cell : undefined),
    async fit({ name, rows, isTraining }) {
      const names = new Set<string>();
      const lengths: number[] = [];
      let row = 0;
      for await (const batch of rows()) {
        for (const staged of batch) {
          const tags = staged as readonly string[];
          for (const tag of tags) names.add(tag);
          if (isTraining(row++)) lengths.push(tags.length);
        }
      }
      const length = wanted || usualLength(lengths);
      if (length === 0) throw emptyColumn(name);
      const classes = [SPECIAL[PADDING], ...[...names].sort(naturalOrder)];
      const indexOf = new Map(classes.map((tag, index) => [tag, index]));
      return {
        column: { dtype: 'i32', shape: [length], classes, missing: 0 },
        convert(staged) {
          const stored = new Int32Array(length).fill(PADDING);
          const tags = staged as readonly string[];
          for (let at = 0; at < Math.min(length, tags.length); at++)
            stored[at] = indexOf.get(tags[at]) ?? PADDING;
          return stored;
        },
      };
    },
  }),
  read(stored, { classes = [] }) {
    const types = [...new Set(classes.map(typeOf))];
    const tags = Array.from(stored, (index) =>
      index === PADDING ? [] : (classes[index] ?? `${index}`),
    ).flat();
    return {
      form: 'tags',
      tags: tags.map((name) => ({ name, type: name === OUTSIDE ? null : types.indexOf(typeOf(name)) })),
    };
  },
});

/** What begins, goes on and ends with tags of its own is one type (IOB; Ramshaw & Marcus, 1995). */
const OUTSIDE = 'O';
const typeOf = (tag: string): string => tag.replace(/^[BIES]-/, '');
