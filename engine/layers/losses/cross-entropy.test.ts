import { describe, expect, it } from 'vitest';
import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import type { Column, DatasetSchema } from '../../core/dataset.ts';
import { defaultsOf } from '../../core/fields.ts';
import type { PortType } from '../layer.ts';
import layer from './cross-entropy.ts';

const scores = [2, 1, 0, 0, 3, 0];
const total = (row: number[]) => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
/** Of the class in a row of scores. */
const loss = (row: number[], right: number) => total(row) - row[right];
const rows = [
  [2, 1, 0],
  [0, 3, 0],
  [1, 1, -1],
  [0.5, 0, 2],
];
const [first, second, third, fourth] = rows;

checkLayer(layer, [
  {
    name: 'class indices',
    inputs: {
      prediction: [{ shape: [2, 3], values: scores }],
      target: [{ shape: [2], dtype: 'i32', values: [0, 2] }],
    },
    expected: [total([2, 1, 0]) - 2, total([0, 3, 0]) - 0],
  },
  {
    name: 'rows of probabilities',
    inputs: {
      prediction: [{ shape: [2, 3], values: scores }],
      target: [{ shape: [2, 3], values: [1, 0, 0, 0.5, 0, 0.5] }],
    },
    expected: [total([2, 1, 0]) - 2, total([0, 3, 0])],
  },
  {
    name: 'a prediction of probabilities',
    params: { from: 'probabilities' },
    inputs: {
      prediction: [{ shape: [2, 2], values: [0.25, 0.75, 0.5, 0.5] }],
      target: [{ shape: [2], dtype: 'i32', values: [1, 0] }],
    },
    expected: [-Math.log(0.75), -Math.log(0.5)],
  },
  {
    name: 'smoothed labels',
    params: { smoothing: 0.3 },
    inputs: {
      prediction: [{ shape: [2, 3], values: scores }],
      target: [{ shape: [2], dtype: 'i32', values: [0, 2] }],
    },
    expected: [total([2, 1, 0]) - 0.8 * 2 - 0.1 * 1, total([0, 3, 0]) - 0.1 * 3],
  },
  {
    name: 'each position of sequences',
    inputs: {
      prediction: [{ shape: [2, 2, 3], values: rows.flat() }],
      target: [{ shape: [2, 2], dtype: 'i32', values: [0, 2, 1, 2] }],
    },
    expected: [(loss(first, 0) + loss(second, 2)) / 2, (loss(third, 1) + loss(fourth, 2)) / 2],
  },
  {
    name: 'each pixel of images',
    inputs: {
      prediction: [{ shape: [1, 2, 2, 3], values: rows.flat() }],
      target: [{ shape: [1, 2, 2], dtype: 'i32', values: [0, 2, 1, 2] }],
    },
    expected: [(loss(first, 0) + loss(second, 2) + loss(third, 1) + loss(fourth, 2)) / 4],
  },
  {
    name: 'the positions of a mask but for ignored ones, and none',
    params: { ignore: 2 },
    inputs: {
      prediction: [{ shape: [2, 2, 3], values: rows.flat() }],
      target: [{ shape: [2, 2], dtype: 'i32', values: [0, 2, 1, 2] }],
      mask: [{ shape: [2, 2], dtype: 'bool', values: [1, 1, 0, 1] }],
    },
    expected: [loss(first, 0), 0],
  },
  {
    name: 'whole sequences that a mask leaves out',
    inputs: {
      prediction: [{ shape: [2, 2, 3], values: rows.flat() }],
      target: [{ shape: [2, 2], dtype: 'i32', values: [0, 2, 1, 2] }],
      mask: [{ shape: [2], dtype: 'i32', values: [0, 1] }],
    },
    expected: [0, (loss(third, 1) + loss(fourth, 2)) / 2],
  },
  {
    name: 'ignored examples',
    params: { ignore: 2 },
    inputs: {
      prediction: [{ shape: [2, 3], values: scores }],
      target: [{ shape: [2], dtype: 'i32', values: [0, 2] }],
    },
    expected: [loss(first, 0), 0],
  },
  {
    name: 'weights of classes',
    params: { weighting: 'given', classWeights: [1, 2, 3], smoothing: 0.25 },
    inputs: {
      prediction: [{ shape: [2, 3], values: scores }],
      target: [{ shape: [2], dtype: 'i32', values: [0, 2] }],
    },
  },
]);

const types = (prediction: PortType['shape'], target?: PortType) => ({
  prediction: [{ dtype: 'f32', shape: prediction } as const],
  ...(target && { target: [target] }),
});
const problemsOf = (
  inputs: ReturnType<typeof types>,
  params: Partial<ReturnType<typeof defaults>> = {},
  data?: DatasetSchema,
) => layer.infer({ inputs, params: { ...defaults(), ...params }, ...(data && { data }) }).problems;
const defaults = () => defaultsOf(layer.fields);

const number = (name: string, max: number): Column => ({
  name,
  role: 'target',
  kind: 'number',
  dtype: 'f32',
  shape: [],
  missing: 0,
  statistics: { min: 0, max, mean: 1, standardDeviation: 1 },
});
const dataOf = (...columns: Column[]): DatasetSchema => ({
  version: 1,
  name: 'data',
  rows: { train: 1, validation: 0, test: 0 },
  columns,
});

describe('what the target of cross-entropy may be', () => {
  const tokens = dataOf(number('t0', 4), number('t1', 6));

  it('several columns of indices, with a score for each', () => {
    const params = { encoding: 'indices' } as const;
    expect(problemsOf(types(['batch', 2, 7]), params, tokens)).toEqual([]);
    expect(problemsOf(types(['batch', 2, 5]), params, tokens)).toMatchObject([
      { port: 'prediction', repair: { kind: 'resize', extent: 7 } },
    ]);
  });

  it('not a sequence of numbers', () => {
    expect(problemsOf(types(['batch', 2, 7]), {}, tokens)).toMatchObject([
      { port: 'target', repair: { kind: 'set', field: 'encoding', value: 'indices' } },
    ]);
    const connected = types(['batch', 2, 7], { dtype: 'f32', shape: ['batch', 2] });
    expect(problemsOf(connected)).toMatchObject([
      { port: 'target', repair: { kind: 'set-source', field: 'encoding', value: 'indices' } },
    ]);
  });

  it('an image of indices, and not one of brightness', () => {
    const mask: Column = {
      name: 'mask',
      role: 'target',
      kind: 'image',
      dtype: 'u8',
      shape: [4, 3, 1],
      missing: 0,
    };
    const prediction = types(['batch', 4, 3, 5]);
    expect(problemsOf(prediction, { encoding: 'indices' }, dataOf(mask))).toEqual([]);
    expect(problemsOf(prediction, {}, dataOf(mask))).toMatchObject([
      { repair: { kind: 'set', field: 'encoding', value: 'indices' } },
    ]);
  });

  it('at the same positions as the prediction', () => {
    const indices = { dtype: 'i32', shape: ['batch', 6] } as const;
    expect(problemsOf(types(['batch', 7, 5], indices))).toMatchObject([
      { port: 'prediction', got: 'f32[batch × 7 × 5]', expected: 'f32[batch × 6 × classes]' },
    ]);
    expect(problemsOf(types(['batch', 7, 5], { dtype: 'i32', shape: ['batch'] }))).toMatchObject([
      { repair: { kind: 'insert', layer: 'flatten' } },
    ]);
  });

  it('may have one index more than there are scores, where that is ignored', () => {
    const indices = { dtype: 'i32', shape: ['batch', 6], vocabulary: 5 } as const;
    expect(problemsOf(types(['batch', 6, 4], indices))).toHaveLength(1);
    expect(problemsOf(types(['batch', 6, 4], indices), { ignore: 4 })).toEqual([]);
  });

  it('needs a mask of its positions', () => {
    const mask = { dtype: 'bool', shape: ['batch', 5] } as const;
    const inputs = { ...types(['batch', 6, 4], { dtype: 'i32', shape: ['batch', 6] }), mask: [mask] };
    expect(problemsOf(inputs)).toMatchObject([{ port: 'mask', expected: 'bool[batch × 6]' }]);
  });
});

describe('weights of classes', () => {
  const kind = { kind: 'category', dtype: 'i32', classes: ['a', 'b', 'c'] } as const;
  const data = dataOf({ ...number('kind', 2), ...kind, counts: [6, 3, 0] });
  const weightsOf = (params: Partial<ReturnType<typeof defaults>>) =>
    layer.weights!({ inputs: types(['batch', 3]), params: { ...defaults(), ...params }, data });

  it('balance what the data set counts', () => {
    expect(problemsOf(types(['batch', 3]), { weighting: 'balanced' }, data)).toEqual([]);
    expect(weightsOf({ weighting: 'balanced' })).toMatchObject([
      { name: 'class-weights', role: 'statistic', init: { values: [0.5, 1, 3] } },
    ]);
    expect(weightsOf({})).toEqual([]);
  });

  it('must be known, one for each class', () => {
    const indices = types(['batch', 3], { dtype: 'i32', shape: ['batch'] });
    expect(problemsOf(indices, { weighting: 'balanced' })).toMatchObject([{ code: 'LOSS_CLASS_COUNTS' }]);
    const two = { weighting: 'given', classWeights: [1, 2] } as const;
    expect(problemsOf(indices, two)).toMatchObject([{ code: 'LOSS_CLASS_WEIGHTS', expected: '3 weights' }]);
  });
});
