import { describe, expect, it } from 'vitest';
import type { DatasetSchema } from '../core/dataset.ts';
import { defaultsOf } from '../core/fields.ts';
import { ndarray } from '../core/ndarray.ts';
import { Builder } from '../ir/builder.ts';
import { interpret } from '../backends/reference/interpret.ts';
import layer from './input.ts';

const schema: DatasetSchema = {
  version: 1,
  name: 'flowers',
  rows: { train: 1, validation: 0, test: 0 },
  columns: [
    {
      name: 'length',
      role: 'input',
      kind: 'number',
      dtype: 'f32',
      shape: [],
      missing: 0,
      normalisation: { offset: [2], scale: [0.5] },
    },
    {
      name: 'colour',
      role: 'input',
      kind: 'category',
      dtype: 'i32',
      shape: [],
      missing: 0,
      classes: ['red', 'blue'],
    },
    {
      name: 'species',
      role: 'target',
      kind: 'category',
      dtype: 'i32',
      shape: [],
      missing: 0,
      classes: ['a', 'b', 'c'],
    },
  ],
};

/** Two columns of numbers in this range. */
function words(min: number, max: number): DatasetSchema {
  const statistics = { min, max, mean: 1, standardDeviation: 1 };
  const [number] = schema.columns;
  return { ...schema, columns: ['first', 'second'].map((name) => ({ ...number, name, statistics })) };
}

const defaults = defaultsOf(layer.fields);

describe('input', () => {
  it('joins numbers and categories into one row', () => {
    expect(layer.infer({ inputs: {}, params: { ...defaults, shape: [4] }, data: schema })).toEqual({
      outputs: { output: { dtype: 'f32', shape: ['batch', 3] } },
    });
  });

  it('takes its shape from the settings without data', () => {
    expect(layer.infer({ inputs: {}, params: { ...defaults, shape: [8, 8, 1] } })).toEqual({
      outputs: { output: { dtype: 'f32', shape: ['batch', 8, 8, 1] } },
    });
  });

  it('names a column that is not there', () => {
    const result = layer.infer({ inputs: {}, params: { ...defaults, columns: ['width'] }, data: schema });
    expect(result.problems).toMatchObject([
      { code: 'DATA_COLUMN_UNKNOWN', got: 'width', expected: 'length, colour, species' },
    ]);
  });

  it('gives a category as the index of its class', () => {
    const params = { ...defaults, columns: ['colour'], encoding: 'indices' } as const;
    expect(layer.infer({ inputs: {}, params, data: schema })).toEqual({
      outputs: { output: { dtype: 'i32', shape: ['batch'], classes: ['red', 'blue'], vocabulary: 2 } },
    });
  });

  it('gives several columns of whole numbers as a sequence, as they are stored', () => {
    const params = { ...defaults, encoding: 'indices' } as const;
    expect(layer.infer({ inputs: {}, params, data: words(0, 12) })).toEqual({
      outputs: { output: { dtype: 'i32', shape: ['batch', 2], vocabulary: 13 } },
    });
    expect(layer.weights?.({ inputs: {}, params, data: words(0, 12) })).toEqual([]);
    expect(layer.infer({ inputs: {}, params: { ...params, shape: [7] } })).toEqual({
      outputs: { output: { dtype: 'i32', shape: ['batch', 7] } },
    });
  });

  it('gives an image of one channel as the class of each pixel', () => {
    const [number] = schema.columns;
    const map = { ...number, name: 'map', kind: 'image', dtype: 'u8', shape: [4, 3, 1] } as const;
    const params = { ...defaults, columns: ['map'], encoding: 'indices' } as const;
    expect(layer.infer({ inputs: {}, params, data: { ...schema, columns: [map] } })).toEqual({
      outputs: { output: { dtype: 'i32', shape: ['batch', 4, 3] } },
    });
  });

  it.each([
    ['numbers that are not whole', words(0, 1.5), 'numbers from 0 to 1.5'],
    ['negative numbers', words(-1, 3), 'numbers from -1 to 3'],
    ['a category beside a number', schema, 'categories of its own'],
  ])('takes %s for no indices', (_, data, got) => {
    const params = { ...defaults, encoding: 'indices' } as const;
    expect(layer.infer({ inputs: {}, params, data }).problems).toMatchObject([
      { code: 'DATA_NOT_INDICES', got, repair: { kind: 'set', field: 'encoding', value: 'features' } },
    ]);
  });

  it('keeps the normalisation with the weights', () => {
    expect(layer.weights?.({ inputs: {}, params: { ...defaults, shape: [4] }, data: schema })).toMatchObject([
      { name: 'offset', role: 'statistic', init: { kind: 'values', values: [2, 0, 0] } },
      { name: 'scale', role: 'statistic', init: { kind: 'values', values: [0.5, 1, 1] } },
    ]);
  });

  it('normalises bytes on the device', () => {
    const b = new Builder('input');
    const value = b.read({ name: 'rows', type: { dtype: 'u8', shape: [2, 3] } });
    const affine = { offset: [0, 2, 2], scale: [1, 0.5, 0.5] };
    const weight = (name: string) => b.read({ name, type: { dtype: 'f32', shape: [3] } });
    const { output } = layer.lower({
      b,
      params: { ...defaults, shape: [3] },
      inputs: {},
      training: true,
      weight,
      update: () => {},
      random: () => value,
      stream: () => ({ seed: value, step: value, stream: 0 }),
      connected: () => true,
      columns: () => ({ value, columns: [], affine }),
    });
    b.output('y', output);
    const rows = ndarray('u8', [2, 3], [1, 2, 4, 0, 6, 8]);
    const states = new Map([
      ['rows', rows],
      ['offset', ndarray('f32', [3], affine.offset)],
      ['scale', ndarray('f32', [3], affine.scale)],
    ]);
    expect([...interpret(b.finish(), states).outputs.get('y')!.data]).toEqual([1, 0, 1, 0, 2, 3]);
  });
});
