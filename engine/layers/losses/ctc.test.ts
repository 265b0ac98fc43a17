import { describe, expect, it } from 'vitest';
import { checkLayer } from '../../../tests/conformance/layer-harness.ts';
import { uniform } from '../../core/random.ts';
import { defaultsOf } from '../../core/fields.ts';
import layer from './ctc.ts';

const CLASSES = 3;
const STEPS = 4;
const scores = Array.from({ length: 2 * STEPS * CLASSES }, (_, at) => 4 * uniform(3, 0, 0, at) - 2);
const prediction = [{ shape: [2, STEPS, CLASSES], values: scores }];

/** −ln of the sum over every way to choose a class at each step that reads as the target; by trying them all. */
function loss(example: number, steps: number, target: readonly number[], blank: number): number {
  const rows = Array.from({ length: steps }, (_, step) => {
    const row = scores.slice((example * STEPS + step) * CLASSES, (example * STEPS + step + 1) * CLASSES);
    const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
    return row.map((x) => Math.exp(x) / total);
  });
  let probability = 0;
  for (let way = 0; way < CLASSES ** steps; way++) {
    const path = rows.map((_, step) => Math.floor(way / CLASSES ** step) % CLASSES);
    const read = path.filter((index, step) => index !== blank && index !== path[step - 1]);
    if (read.join() !== target.join()) continue;
    probability += path.reduce((product, index, step) => product * rows[step][index], 1);
  }
  return probability === 0 ? 0 : -Math.log(probability) / Math.max(target.length, 1);
}

checkLayer(layer, [
  {
    name: 'equal indices, and different ones',
    inputs: { prediction, target: [{ shape: [2, 2], dtype: 'i32', values: [1, 1, 2, 1] }] },
    expected: [loss(0, 4, [1, 1], 0), loss(1, 4, [2, 1], 0)],
  },
  {
    name: 'padded targets, and none at all',
    inputs: { prediction, target: [{ shape: [2, 3], dtype: 'i32', values: [2, 0, 0, 0, 0, 0] }] },
    expected: [loss(0, 4, [2], 0), loss(1, 4, [], 0)],
  },
  {
    name: 'another blank, padding and steps that are not there',
    params: { blank: 2, padding: -1 },
    inputs: {
      prediction,
      target: [{ shape: [2, 2], dtype: 'i32', values: [0, 1, 1, -1] }],
      mask: [{ shape: [2, 4], dtype: 'bool', values: [1, 1, 1, 0, 1, 1, 0, 0] }],
    },
    expected: [loss(0, 3, [0, 1], 2), loss(1, 2, [1], 2)],
  },
  {
    name: 'targets that do not fit',
    inputs: {
      prediction,
      target: [{ shape: [2, 3], dtype: 'i32', values: [1, 1, 1, 1, 2, 0] }],
      mask: [{ shape: [2, 4], dtype: 'bool', values: [1, 1, 1, 1, 1, 1, 1, 0] }],
    },
    expected: [0, loss(1, 3, [1, 2], 0)],
  },
  {
    name: 'longer ones',
    inputs: {
      prediction: [{ shape: [2, 20, 6] }],
      target: [{ shape: [2, 5], dtype: 'i32', values: [1, 2, 2, 5, 3, 4, 4, 4, 0, 0] }],
    },
    tolerance: 1e-5,
  },
]);

describe('the shapes of CTC', () => {
  const infer = (target: readonly (number | string)[], params = {}, vocabulary = 3) =>
    layer.infer({
      inputs: {
        prediction: [{ dtype: 'f32', shape: ['batch', 8, 3] }],
        target: [{ dtype: 'i32', shape: target, vocabulary }],
      },
      params: { ...defaultsOf(layer.fields), ...params },
    }).problems;

  it('need a score for each index and the blank', () => {
    expect(infer(['batch', 4])).toBeUndefined();
    expect(infer(['batch', 4], {}, 5)).toMatchObject([{ repair: { kind: 'resize', extent: 5 } }]);
    expect(infer(['batch', 4], { blank: 3 })).toMatchObject([
      { code: 'LOSS_BLANK', repair: { kind: 'set', field: 'blank', value: 2 } },
    ]);
  });

  it('need a target of several indices', () => {
    expect(infer(['batch'])).toMatchObject([{ port: 'target', expected: 'i32[batch × length]' }]);
  });
});
