import { int } from '../../core/fields.ts';
import { naturalOrder } from '../../core/natural-order.ts';
import type { Box, Boxes } from '../images/boxes.ts';
import { classIndex } from './class-index.ts';
import type { Cell } from '../format.ts';
import { emptyColumn } from './empty.ts';
import { defineKind, type FitContext, type StagedRow } from './kind.ts';

/** Class of the rows of numbers that are no box. */
const NO_BOX = -1;
/** Numbers of a box: class, centre and size. */
const WIDTH = 5;
/** Most boxes per image where their number is not set; the evaluation of COCO looks at as many. */
const MOST = 100;

/**
 * A fixed number of boxes, so that images go through a model side by side. A box is five numbers, since a detection loss needs just these
 * and no second column that might be apart from them: the class picks the score, centre and size are what YOLO and DETR regress, and a class
 * below 0 is the mask. As fractions they hold whatever size the image is brought to.
 */
export default defineKind({
  id: 'boxes',
  title: 'Boxes',
  doc:
    'Objects in an image, boxes × 5 numbers: class, x and y of the centre, width, height; the last four as fractions of the image. What is ' +
    'missing to the number of boxes has class −1 and zeros.',
  fields: {
    length: int({
      label: 'Boxes per image',
      help: `Where an image has more, the largest are kept; 0: as many as any training image has, at most ${MOST}.`,
      default: 0,
      min: 0,
      max: 10_000,
    }),
  },
  fixed: true,
  begin: (_, { length: wanted }) => ({
    form: 'text',
    stage: (cell) => (typeof cell === 'object' && 'boxes' in cell ? JSON.stringify(cell.boxes) : undefined),
    async fit(context) {
      const { counts, most } = await count(context);
      const length = wanted || Math.min(MOST, most);
      if (length === 0) throw emptyColumn(context.name);
      const classes = [...counts.keys()].sort(naturalOrder);
      return {
        column: {
          dtype: 'f32',
          shape: [length, WIDTH],
          classes,
          counts: classes.map((label) => counts.get(label)!),
          missing: 0,
        },
        convert: (staged) => numbersOf(boxesOf(staged), classes, length),
      };
    },
  }),
  store(cell, { classes = [], shape: [length] }) {
    if (!isBoxes(cell) || cell.boxes.some(({ label }) => !classes.includes(label))) return undefined;
    return numbersOf(cell.boxes, classes, length);
  },
  async show(cell, _, cells) {
    const classes = [...new Set(cells.flatMap(labelsOf))].sort(naturalOrder);
    if (!isBoxes(cell)) return '';
    const boxes = cell.boxes.map(({ label, ...place }) => ({
      index: classes.indexOf(label),
      name: label,
      ...place,
    }));
    return { form: 'boxes', boxes };
  },
  read(stored, { classes = [], shape: [length] }) {
    const boxes = Array.from({ length }, (_, at) => {
      const [index, x, y, width, height] = stored.subarray(at * WIDTH, (at + 1) * WIDTH);
      return { index, name: classes[index], x, y, width, height };
    });
    return { form: 'boxes', boxes: boxes.filter(({ index }) => index >= 0) };
  },
  indices: (stored) => [...stored].filter((value, at) => at % WIDTH === 0 && value > NO_BOX),
});

const labelsOf = (cell: Cell): string[] => (isBoxes(cell) ? cell.boxes.map(({ label }) => label) : []);

const isBoxes = (cell: unknown): cell is Boxes =>
  typeof cell === 'object' && cell !== null && 'boxes' in cell && Array.isArray(cell.boxes);

/** Stored boxes, with −1 and zeros behind them. */
function numbersOf(boxes: readonly Box[], classes: readonly string[], length: number): Float32Array {
  const stored = new Float32Array(length * WIDTH);
  const kept = largest(boxes, length);
  for (let at = 0; at < length; at++) {
    const box = kept.at(at);
    const numbers = box
      ? [classIndex(classes).get(box.label)!, box.x, box.y, box.width, box.height]
      : [NO_BOX];
    stored.set(numbers, at * WIDTH);
  }
  return stored;
}

const boxesOf = (staged: StagedRow): Box[] => JSON.parse(staged as string) as Box[];

/** Boxes of each class, and the most of one training image. */
async function count({ rows, isTraining }: FitContext) {
  const counts = new Map<string, number>();
  let most = 0;
  let row = 0;
  for await (const batch of rows()) {
    for (const staged of batch) {
      const boxes = boxesOf(staged);
      for (const { label } of boxes) counts.set(label, (counts.get(label) ?? 0) + 1);
      if (isTraining(row++)) most = Math.max(most, boxes.length);
    }
  }
  return { counts, most };
}

/** As many of the boxes, in their order. */
function largest(boxes: readonly Box[], length: number): readonly Box[] {
  if (boxes.length <= length) return boxes;
  const areas = boxes.map(({ width, height }) => width * height).sort((a, b) => b - a);
  // Of boxes that are as large as the smallest one kept, the first ones stay.
  let ties = length - areas.filter((area) => area > areas[length - 1]).length;
  return boxes.filter(({ width, height }) => {
    const area = width * height;
    return area > areas[length - 1] || (area === areas[length - 1] && ties-- > 0);
  });
}
