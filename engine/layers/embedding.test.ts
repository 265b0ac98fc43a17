import { describe, expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import type { DatasetSchema } from '../core/dataset.ts';
import { defaultsOf } from '../core/fields.ts';
import layer from './embedding.ts';
import type { PortType } from './layer.ts';

checkLayer(layer, [
  {
    name: 'a sequence',
    params: { vocabulary: 4, dimensions: 3 },
    inputs: { input: [{ shape: [2, 3], dtype: 'i32', values: [3, 0, 3, 1, 1, 2] }] },
  },
  {
    name: 'one index per example',
    params: { vocabulary: 3, dimensions: 2 },
    inputs: { input: [{ shape: [4], dtype: 'i32', values: [2, 0, 1, 2] }] },
  },
  {
    name: 'nothing but padding and what is outside of the vocabulary',
    params: { vocabulary: 3, dimensions: 2, padding: 1 },
    inputs: { input: [{ shape: [2, 2], dtype: 'i32', values: [1, 3, -1, 1] }] },
    expected: [0, 0, 0, 0, 0, 0, 0, 0],
  },
  {
    name: 'padding among others',
    params: { vocabulary: 3, dimensions: 2, padding: 0 },
    inputs: { input: [{ shape: [2, 2], dtype: 'i32', values: [0, 2, 1, 0] }] },
  },
]);

describe('the vocabulary', () => {
  const data: DatasetSchema = {
    version: 1,
    name: 'words',
    columns: [],
    rows: { train: 1, validation: 0, test: 0 },
  };
  const given = (input: PortType, vocabulary: number) => ({
    inputs: { input: [input] },
    params: { ...defaultsOf(layer.fields), vocabulary, dimensions: 4 },
    data,
  });
  const words: PortType = { dtype: 'i32', shape: ['batch', 5], vocabulary: 11 };

  it('is that of the data set where none is set', () => {
    expect(layer.infer(given(words, 0))).toEqual({
      outputs: { output: { dtype: 'f32', shape: ['batch', 5, 4] } },
      problems: [],
    });
    expect(layer.weights?.(given(words, 0))).toMatchObject([
      { shape: [11, 4], init: { kind: 'normal', standardDeviation: 0.5 } },
    ]);
  });

  it('must not be too small', () => {
    expect(layer.infer(given(words, 10)).problems).toMatchObject([
      { code: 'EMBEDDING_TOO_SMALL', repair: { kind: 'set', field: 'vocabulary', value: 11 } },
    ]);
    expect(layer.infer(given(words, 12)).problems).toEqual([]);
  });

  it('must be set where the data set does not tell, which can wait until there is one', () => {
    const unknown: PortType = { dtype: 'i32', shape: ['batch', 5] };
    const problem = { code: 'EMBEDDING_VOCABULARY', field: 'vocabulary' };
    expect(layer.infer(given(unknown, 0)).problems).toMatchObject([{ ...problem, severity: 'error' }]);
    expect(layer.infer({ ...given(unknown, 0), data: undefined }).problems).toMatchObject([
      { ...problem, severity: 'warning' },
    ]);
    expect(layer.infer(given(unknown, 9)).problems).toEqual([]);
  });

  it('says how to make indices of real numbers', () => {
    expect(layer.infer(given({ dtype: 'f32', shape: ['batch', 5] }, 0)).problems).toMatchObject([
      { code: 'LAYER_INPUT', repair: { kind: 'set-source', field: 'encoding', value: 'indices' } },
    ]);
  });
});
