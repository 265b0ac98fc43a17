import { describe, expect, it } from 'vitest';
import type { DatasetSchema } from '../core/dataset.ts';
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

describe('input', () => {
  it('joins numbers and categories into one row', () => {
    expect(layer.infer({ inputs: {}, params: { columns: [], shape: [4] }, data: schema })).toEqual({
      outputs: { output: { dtype: 'f32', shape: ['batch', 3] } },
    });
  });

  it('takes its shape from the settings without data', () => {
    expect(layer.infer({ inputs: {}, params: { columns: [], shape: [8, 8, 1] } })).toEqual({
      outputs: { output: { dtype: 'f32', shape: ['batch', 8, 8, 1] } },
    });
  });

  it('names a column that is not there', () => {
    const result = layer.infer({ inputs: {}, params: { columns: ['width'], shape: [4] }, data: schema });
    expect(result.problems).toMatchObject([
      { code: 'DATA_COLUMN_UNKNOWN', got: 'width', expected: 'length, colour, species' },
    ]);
  });

  it('keeps the normalisation with the weights', () => {
    expect(layer.weights?.({ inputs: {}, params: { columns: [], shape: [4] }, data: schema })).toMatchObject([
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
      params: { columns: [], shape: [3] },
      inputs: {},
      training: true,
      weight,
      update: () => {},
      random: () => value,
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
