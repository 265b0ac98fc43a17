import { expect, it } from 'vitest';
import { lowerLayer } from '../../tests/conformance/layer-harness.ts';
import { checkOp } from '../../tests/conformance/op-harness.ts';
import { defaultsOf } from '../core/fields.ts';
import { uniform } from '../core/random.ts';
import { fill } from '../ops/constant.ts';
import layer from './negative-sample.ts';

const SIZE = 5;
const COUNT = 6;
const given = [0, 2, 4];

/** The draw of each place among the indices without the given one. */
const expected = given.flatMap((index, row) => {
  const others = Array.from({ length: SIZE }, (_, other) => other).filter((other) => other !== index);
  return Array.from({ length: COUNT }, (_, at) => {
    return others[Math.floor(uniform(7, 3, 1, row * COUNT + at) * others.length)];
  });
});

checkOp('negative-sample', [
  {
    name: 'draws from all other indices',
    inputs: [{ shape: [3], values: given, dtype: 'i32' }],
    build: (b, [input]) =>
      lowerLayer(b, layer, {
        params: { ...defaultsOf(layer.fields), count: COUNT } as never,
        inputs: { input: [input] },
        weights: { vocabulary: fill(b, SIZE, [1]) },
        training: true,
      }).output,
    expected,
    differentiable: false,
  },
]);

it('wants indices, and something to draw from', () => {
  const params = { ...defaultsOf(layer.fields), vocabulary: 0 };
  const infer = (type: object) => layer.infer({ inputs: { input: [type as never] }, params });
  expect(infer({ dtype: 'f32', shape: ['batch', 4] }).problems).toMatchObject([{ code: 'LAYER_INPUT' }]);
  expect(infer({ dtype: 'i32', shape: ['batch'], vocabulary: 1 }).problems).toMatchObject([
    { code: 'SAMPLE_VOCABULARY' },
  ]);
  expect(infer({ dtype: 'i32', shape: ['batch'], vocabulary: SIZE })).toMatchObject({
    outputs: { output: { shape: ['batch', 8], vocabulary: SIZE } },
  });
});
