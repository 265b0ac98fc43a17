import { describe, expect, it } from 'vitest';
import { interpret } from '../../backends/reference/interpret.ts';
import { ndarray, type NdArray } from '../../core/ndarray.ts';
import { Builder } from '../../ir/builder.ts';
import { metricOf } from '../catalogue.ts';

function measure(
  id: string,
  prediction: NdArray,
  target: NdArray,
  counts?: NdArray,
): { perExample: number[]; value: number } {
  const metric = metricOf(id);
  const type = ({ dtype, shape }: NdArray) => ({ dtype, shape });
  expect(metric.applies(type(prediction), type(target))).toBe(true);
  const b = new Builder('metric');
  const given = [prediction, target, ...(counts ? [counts] : [])];
  const [x, y, z] = given.map((array, at) => b.read({ name: `${at}`, type: type(array) }));
  b.output('examples', metric.perExample(b, x, y, z));
  const states = new Map(given.map((array, at) => [`${at}`, array]));
  const perExample = [...(interpret(b.finish(), states).outputs.get('examples') as NdArray).data];
  return {
    perExample,
    value: metric.finish(perExample.reduce((sum, value) => sum + value, 0) / perExample.length),
  };
}

const scores = ndarray('f32', [4, 3], [0.1, 0.7, 0.2, 3, -1, 2, 0, 0, 1, 5, 5, 4]);

describe('metrics', () => {
  it('accuracy of class indices; a tie goes to the first class', () => {
    const result = measure('accuracy', scores, ndarray('i32', [4], [1, 2, 2, 0]));
    expect(result).toEqual({ perExample: [1, 0, 1, 1], value: 0.75 });
  });

  it('accuracy of one-hot rows', () => {
    const target = ndarray('f32', [4, 3], [0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0]);
    expect(measure('accuracy', scores, target).perExample).toEqual([1, 0, 1, 0]);
  });

  it('accuracy of decisions', () => {
    const decisions = ndarray('f32', [2, 2], [0.5, -1, 0, 3]);
    const target = ndarray('f32', [2, 2], [1, 1, 0, 1]);
    expect(measure('binary-accuracy', decisions, target)).toEqual({ perExample: [0.5, 1], value: 0.75 });
  });

  it('mean absolute error', () => {
    const target = ndarray('f32', [2, 2], [1, 2, 3, 4]);
    expect(measure('mae', ndarray('f32', [2, 2], [2, 0, 3, 3]), target)).toEqual({
      perExample: [1.5, 0.5],
      value: 1,
    });
  });

  it('root mean squared error', () => {
    const target = ndarray('f32', [2, 2], [1, 2, 3, 4]);
    expect(measure('rmse', ndarray('f32', [2, 2], [2, 0, 3, 3]), target)).toEqual({
      perExample: [2.5, 0.5],
      value: Math.sqrt(1.5),
    });
  });

  describe('of the positions that count', () => {
    const counts = ndarray('bool', [2, 2], [1, 0, 1, 1]);
    const tokens = ndarray('i32', [2, 2], [1, 0, 2, 2]);
    const sequences = ndarray('f32', [2, 2, 3], [...scores.data]);

    it('accuracy', () => {
      expect(measure('accuracy', sequences, tokens).perExample).toEqual([1, 0.5]);
      expect(measure('accuracy', sequences, tokens, counts).perExample).toEqual([1, 0.5]);
      const first = ndarray('bool', [2, 2], [1, 0, 0, 1]);
      expect(measure('accuracy', sequences, tokens, first).perExample).toEqual([1, 0]);
      expect(measure('accuracy', sequences, tokens, ndarray('bool', [2], [0, 1])).perExample).toEqual([
        0, 0.5,
      ]);
    });

    it('mean absolute error, and decisions', () => {
      const [x, y] = [ndarray('f32', [2, 2], [3, -1, 1, 1]), ndarray('f32', [2, 2], [1, 1, 0, 1])];
      expect(measure('mae', x, y, counts).perExample).toEqual([2, 0.5]);
      expect(measure('rmse', x, y, counts).perExample).toEqual([4, 0.5]);
      expect(measure('binary-accuracy', x, y, counts).perExample).toEqual([1, 0.5]);
    });

    it('perplexity', () => {
      const even = ndarray('f32', [1, 2, 4], [0, 0, 0, 0, Math.log(3), 0, 0, 0]);
      const right = ndarray('i32', [1, 2], [2, 0]);
      expect(measure('perplexity', even, right).value).toBeCloseTo(Math.sqrt(4 * 2), 12);
      const second = ndarray('bool', [1, 2], [0, 1]);
      expect(measure('perplexity', even, right, second).value).toBeCloseTo(2, 12);
    });
  });

  it('do not apply where prediction and target do not fit', () => {
    const rows = { dtype: 'f32', shape: [4, 3] } as const;
    const indices = { dtype: 'i32', shape: [4] } as const;
    expect(metricOf('accuracy').applies(rows, { dtype: 'f32', shape: [4] })).toBe(false);
    expect(metricOf('mae').applies(rows, indices)).toBe(false);
    expect(metricOf('rmse').applies(rows, { dtype: 'f32', shape: [4, 1] })).toBe(false);
  });
});
