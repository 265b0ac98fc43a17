import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFolder } from '../../tests/harness/import.ts';
import { openSnapshot, type Snapshot } from '../data/snapshots/snapshot.ts';
import { emptyDocument } from '../graph/document.ts';
import { parseDocument } from '../graph/parse.ts';
import { modelInputs } from './model-inputs.ts';

const wire = (from: string, to: string, port = 'input') => ({
  from: { node: from, port: 'output' },
  to: { node: to, port },
});

let folder: ImportFolder;
let snapshot: Snapshot;
beforeAll(async () => {
  folder = await ImportFolder.create();
  const rows = Array.from({ length: 10 }, (_, at) => `${at},${['red', 'green'][at % 2]},${at % 3}`);
  const path = await folder.write('table.csv', ['number,colour,class', ...rows].join('\n'));
  const columns = [{ name: 'class', role: 'target', kind: 'category' }] as const;
  const split = { validation: 0, test: 0, seed: 1, stratify: false };
  snapshot = await openSnapshot((await folder.import(path, { columns, split })).folder);
});
afterAll(async () => {
  await snapshot.close();
  await folder.remove();
});

describe('what a model sees of a row', () => {
  // The numbers 0 … 9 have mean 4.5 and deviation √8.25.
  const number = Number(((9 - 4.5) / Math.sqrt(8.25)).toPrecision(6));

  it('is normalised and one-hot, and the target is its index', async () => {
    const document = parseDocument({
      ...emptyDocument('Test'),
      nodes: [
        { id: 'in', type: 'input' },
        { id: 'scores', type: 'dense', params: { units: 3 } },
        { id: 'loss', type: 'cross-entropy' },
      ],
      edges: [wire('in', 'scores'), wire('scores', 'loss', 'prediction')],
    });
    const { inputs, problem } = await modelInputs(document, snapshot, 'train', 9);
    expect(problem).toBeUndefined();
    expect(inputs).toEqual([
      {
        node: 'in',
        role: 'input',
        columns: ['number', 'colour'],
        dtype: 'f32',
        shape: [3],
        values: [number, 1, 0],
        features: ['number', 'colour = green', 'colour = red'],
      },
      {
        node: 'loss',
        role: 'target',
        columns: ['class'],
        dtype: 'i32',
        shape: [],
        values: [0],
        names: ['0'],
      },
    ]);
  });

  it('is that of the input columns where the model has errors, which are told', async () => {
    const dangling = parseDocument({ ...emptyDocument('Test'), nodes: [{ id: 'relu', type: 'relu' }] });
    const { inputs, problem } = await modelInputs(dangling, snapshot, 'train', 9);
    expect(problem?.code).toBe('GRAPH_INVALID');
    expect(inputs).toMatchObject([{ node: null, values: [number, 1, 0] }]);
  });
});
