import { expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import layer from './positional-encoding.ts';

const input = [{ shape: [2, 3, 4] }];

checkLayer(layer, [
  { name: 'sinusoidal', inputs: { input } },
  { name: 'learned', params: { kind: 'learned' }, inputs: { input } },
]);

const given = (kind: string) => ({
  inputs: { input: [{ dtype: 'f32', shape: ['batch', 3, 4] }] as const },
  params: { kind } as { kind: 'sinusoidal' | 'learned' },
});

it('has waves that get longer from one pair of channels to the next, and does not train them', () => {
  const [table] = layer.weights!(given('sinusoidal'));
  const wave = (t: number) => [Math.sin(t), Math.cos(t), Math.sin(t / 100), Math.cos(t / 100)];
  const values = [0, 1, 2].flatMap(wave);
  expect(table).toMatchObject({ shape: [3, 4], role: 'statistic', init: { kind: 'values', values } });
});

it('trains learned vectors', () => {
  expect(layer.weights!(given('learned'))).toMatchObject([{ shape: [3, 4], role: 'parameter' }]);
});
