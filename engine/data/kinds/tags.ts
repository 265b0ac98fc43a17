import { int } from '../../core/fields.ts';
import { naturalOrder } from '../../core/natural-order.ts';
import { PADDING, SPECIAL } from '../tokenizers/tokenizer.ts';
import { classIndex } from './class-index.ts';
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
      return {
        column: { dtype: 'i32', shape: [length], classes, missing: 0 },
        convert: (staged) => indicesOf(staged as readonly string[], classes, length),
      };
    },
  }),
  store: (cell, { classes = [], shape: [length] }) =>
    Array.isArray(cell) ? indicesOf(cell as readonly string[], classes, length) : undefined,
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

function indicesOf(tags: readonly string[], classes: readonly string[], length: number): Int32Array {
  const indices = tags.slice(0, length).map((tag) => classIndex(classes).get(tag) ?? PADDING);
  const stored = new Int32Array(length).fill(PADDING);
  stored.set(indices);
  return stored;
}

/** What begins, goes on and ends with tags of its own is one type (IOB; Ramshaw & Marcus, 1995). */
const OUTSIDE = 'O';
const typeOf = (tag: string): string => tag.replace(/^[BIES]-/, '');
