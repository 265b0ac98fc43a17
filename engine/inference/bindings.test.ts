import { expect, it } from 'vitest';
import type { Column, DatasetSchema } from '../core/dataset.ts';
import { blockGraph, line } from '../graph/block.ts';
import { emptyDocument } from '../graph/document.ts';
import { parseDocument } from '../graph/parse.ts';
import { Bindings } from './bindings.ts';

const NAMES = ['cat', 'dog', 'hen', 'owl', 'pig'];

function schemaOf(target: Omit<Column, 'name' | 'role' | 'missing'>): DatasetSchema {
  const size = { name: 'size', role: 'input', kind: 'number', dtype: 'f32', shape: [], missing: 0 } as const;
  const columns = [size, { name: 'what', role: 'target', missing: 0, ...target } as const];
  return { version: 1, name: 'Test', rows: { train: 2, validation: 0, test: 0 }, columns };
}

it('five scores are of classes where the target is one of five, and not where it is boxes of five numbers', () => {
  const classes = blockGraph({ in: 'input', scores: ['dense', { units: 5 }], loss: 'cross-entropy' }, [
    ...line('in', 'scores'),
    'scores → loss.prediction',
  ]);
  const category = schemaOf({ kind: 'category', dtype: 'i32', shape: [], classes: NAMES });
  const document = (graph: typeof classes) => parseDocument({ ...emptyDocument('Test'), ...graph });
  expect(new Bindings(document(classes), category).classes(5)).toEqual(NAMES);

  const numbers = blockGraph(
    {
      in: 'input',
      wide: ['dense', { units: 10 }],
      boxes: ['reshape', { shape: [2, 5] }],
      loss: 'mse',
    },
    [...line('in', 'wide', 'boxes'), 'boxes → loss.prediction'],
  );
  const boxes = schemaOf({ kind: 'boxes', dtype: 'f32', shape: [2, 5], classes: NAMES });
  const bindings = new Bindings(document(numbers), boxes);
  expect(bindings.all.map(({ role }) => role)).toEqual(['input', 'target']);
  expect(bindings.classes(5)).toBeUndefined();
});
