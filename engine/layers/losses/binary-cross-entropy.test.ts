import { expect, it } from 'vitest';
import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../../core/fields.ts';
import layer from './binary-cross-entropy.ts';

const loss = (x: number, t: number, w = 1): number =>
  -(w * t * Math.log(1 / (1 + Math.exp(-x))) + (1 - t) * Math.log(1 / (1 + Math.exp(x))));

checkLayer(layer, [
  {
    name: 'several labels',
    params: { positiveWeight: 3 },
    inputs: {
      prediction: [{ shape: [2, 2], values: [0.5, -1, 3, 0.25] }],
      target: [{ shape: [2, 2], values: [1, 0, 0.5, 1] }],
    },
    expected: [(loss(0.5, 1, 3) + loss(-1, 0, 3)) / 2, (loss(3, 0.5, 3) + loss(0.25, 1, 3)) / 2],
  },
  {
    name: 'two classes',
    inputs: {
      prediction: [{ shape: [3, 1], values: [2, -1, 0.5] }],
      target: [{ shape: [3], dtype: 'i32', values: [1, 1, 0] }],
    },
    expected: [loss(2, 1), loss(-1, 1), loss(0.5, 0)],
  },
  {
    name: 'each position of sequences that counts',
    inputs: {
      prediction: [{ shape: [2, 2, 1], values: [2, -1, 0.5, 3] }],
      target: [{ shape: [2, 2], dtype: 'i32', values: [1, 1, 0, 1] }],
      mask: [{ shape: [2, 2], dtype: 'bool', values: [1, 1, 0, 1] }],
    },
    expected: [(loss(2, 1) + loss(-1, 1)) / 2, loss(3, 1)],
  },
  {
    name: 'scores so large that their exponential overflows',
    inputs: {
      prediction: [{ shape: [2, 1], values: [200, -200] }],
      target: [{ shape: [2, 1], values: [0, 1] }],
    },
    expected: [200, 200],
    differentiable: false,
  },
]);

it('wants one score for two classes, and no more than two', () => {
  const infer = (classes: readonly string[], width: number) =>
    layer.infer({
      inputs: {
        prediction: [{ dtype: 'f32', shape: ['batch', width] }],
        target: [{ dtype: 'i32', shape: ['batch'], classes }],
      },
      params: defaultsOf(layer.fields),
    }).problems;
  expect(infer(['no', 'yes'], 1)).toBeUndefined();
  expect(infer(['no', 'yes'], 2)).toMatchObject([{ repair: { kind: 'resize', extent: 1 } }]);
  expect(infer(['a', 'b', 'c'], 1)).toMatchObject([{ port: 'target', expected: 'two classes' }]);
});

it('takes the pixels of an image that is read as indices', () => {
  const mask = {
    name: 'mask',
    role: 'target',
    kind: 'image',
    dtype: 'u8',
    shape: [4, 3, 1],
    missing: 0,
  } as const;
  const data = {
    version: 1,
    name: 'data',
    rows: { train: 1, validation: 0, test: 0 },
    columns: [mask],
  } as const;
  const infer = (encoding: 'features' | 'indices') =>
    layer.infer({
      inputs: { prediction: [{ dtype: 'f32', shape: ['batch', 4, 3, 1] }] },
      params: { ...defaultsOf(layer.fields), encoding },
      data,
    }).problems;
  expect(infer('indices')).toBeUndefined();
  expect(infer('features')).toMatchObject([{ repair: { kind: 'set', field: 'encoding', value: 'indices' } }]);
});
