import { describe, expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import type { Column, DatasetSchema } from '../core/dataset.ts';
import layer from './denormalise.ts';

checkLayer(layer, [
  { name: 'rows', inputs: { input: [{ shape: [3, 2] }] } },
  { name: 'sequences', inputs: { input: [{ shape: [2, 3, 2] }] } },
]);

const column = (name: string, changes: Partial<Column> = {}): Column => ({
  name,
  role: 'target',
  kind: 'number',
  dtype: 'f32',
  shape: [],
  missing: 0,
  statistics: { min: 0, max: 9, mean: 5, standardDeviation: 2 },
  ...changes,
});
const data = (...columns: Column[]): DatasetSchema => ({
  version: 1,
  name: 'prices',
  rows: { train: 1, validation: 0, test: 0 },
  columns,
});
const params = { columns: [] };
const input = (width: number) => ({ input: [{ dtype: 'f32', shape: ['batch', width] } as const] });

/** Offsets and scales that a model of these columns begins with. */
function unitsOf(schema: DatasetSchema, width: number) {
  const weights = layer.weights!({ inputs: input(width), params, data: schema });
  return weights.map(({ init }) => init.kind === 'values' && init.values);
}

describe('denormalise', () => {
  it('knows mean and deviation of each target, of every step of a window, and undoes what an Input does', () => {
    const never = { min: 3, max: 3, mean: 3, standardDeviation: 0 };
    expect(unitsOf(data(column('price'), column('never', { statistics: never })), 2)).toEqual([
      [5, 3],
      [2, 1],
    ]);
    expect(unitsOf(data(column('next', { shape: [3] })), 3)).toEqual([
      [5, 5, 5],
      [2, 2, 2],
    ]);
    const normalisation = { offset: [7], scale: [0.25] };
    expect(unitsOf(data(column('pixels', { shape: [2, 2, 2], normalisation })), 2)).toEqual([
      [7, 7],
      [4, 4],
    ]);
  });

  it('says how wide its input must be, and that classes have no units', () => {
    expect(layer.infer({ inputs: input(3), params, data: data(column('price')) })).toMatchObject({
      problems: [{ code: 'LAYER_INPUT', expected: '1 values', repair: { kind: 'resize', extent: 1 } }],
    });
    const species = column('species', { dtype: 'i32', kind: 'category', classes: ['a', 'b'] });
    expect(layer.infer({ inputs: input(2), params, data: data(species) })).toMatchObject({
      problems: [{ code: 'DATA_NO_UNITS', field: 'columns' }],
    });
    expect(layer.infer({ inputs: input(3), params })).toEqual({
      outputs: { output: { dtype: 'f32', shape: ['batch', 3] } },
    });
  });
});
