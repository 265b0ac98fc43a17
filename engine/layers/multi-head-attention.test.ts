import { describe, expect, it } from 'vitest';
import { checkLayer } from '../../tests/conformance/layer-harness.ts';
import { defaultsOf } from '../core/fields.ts';
import type { PortType } from './layer.ts';
import layer from './multi-head-attention.ts';

const query = [{ shape: [2, 3, 4] }];
const key = [{ shape: [2, 5, 3] }];
const value = [{ shape: [2, 5, 2] }];
const mask = [{ shape: [2, 3], dtype: 'bool', values: [1, 1, 0, 0, 0, 0] }] as const;
const alone = { key: [], value: [], mask: [] };

checkLayer(layer, [
  { name: 'self-attention', params: { heads: 2 }, inputs: { query, ...alone } },
  {
    name: 'cross-attention',
    params: { heads: 2 },
    inputs: { query, key, value: [], mask: [] },
    // The gradient of the key's bias is 0, as a sum of parts that cancel out.
    tolerance: 1e-5,
  },
  {
    name: 'values of their own, wide heads, no bias',
    params: { heads: 3, keyDimension: 2, bias: false },
    inputs: { query, key, value, mask: [] },
  },
  { name: 'causal', params: { heads: 2, causal: true }, inputs: { query, ...alone } },
  {
    name: 'causal with a mask, and one that hides everything',
    params: { heads: 2, causal: true },
    inputs: { query, ...alone, mask },
  },
  { name: 'dropout', params: { heads: 2, dropout: 0.5 }, inputs: { query, ...alone } },
  { name: 'rotary', params: { heads: 2, rotary: true }, inputs: { query, ...alone } },
]);

// Queries of 0 without a bias look at all keys alike, whatever the projections are.
const zeros = [{ shape: [2, 3, 4], values: Array<number>(24).fill(0) }];
const params = { heads: 1, bias: false };
const nothing = [0, 0, 0];
checkLayer(
  layer,
  [
    {
      name: 'weights of a causal head',
      params: { ...params, causal: true },
      inputs: { query: zeros, ...alone },
      expected: [1, 2].flatMap(() => [1, 0, 0, 1 / 2, 1 / 2, 0, 1 / 3, 1 / 3, 1 / 3]),
    },
    {
      name: 'weights of the keys that count, and where none counts',
      params,
      inputs: { query: zeros, ...alone, mask },
      expected: [1, 2, 3].flatMap(() => [1 / 2, 1 / 2, 0]).concat(nothing, nothing, nothing),
    },
    { name: 'weights of two heads', params: { heads: 2 }, inputs: { query, ...alone, mask } },
  ],
  'weights',
);

describe('heads and channels', () => {
  const type = (length: number, channels: number): PortType => ({
    dtype: 'f32',
    shape: ['batch', length, channels],
  });
  const found = (inputs: Partial<Record<'query' | 'key' | 'value' | 'mask', PortType>>, given: object) => {
    const ports = ['query', 'key', 'value', 'mask'] as const;
    const connected = Object.fromEntries(ports.map((port) => [port, inputs[port] ? [inputs[port]] : []]));
    return layer.infer({ inputs: connected, params: { ...defaultsOf(layer.fields), ...given } });
  };

  it('give as many weights as there are queries and keys', () => {
    expect(found({ query: type(3, 8), key: type(5, 6) }, { heads: 2 })).toEqual({
      outputs: { output: type(3, 8), weights: { dtype: 'f32', shape: ['batch', 2, 3, 5] } },
    });
  });

  it.each([
    [8, { heads: 3 }, 2],
    [6, { heads: 4 }, 3],
    [6, { heads: 2, rotary: true }, 1],
  ])('must fit: %i channels with %o', (channels, given, value) => {
    expect(found({ query: type(3, channels) }, given).problems).toMatchObject([
      { code: 'ATTENTION_HEADS', field: 'heads', repair: { kind: 'set', field: 'heads', value } },
    ]);
    expect(found({ query: type(3, channels) }, { ...given, heads: value }).problems).toBeUndefined();
  });

  it('need no even number where the key dimension is even', () => {
    const rotary = { heads: 3, rotary: true };
    expect(found({ query: type(3, 5) }, { ...rotary, keyDimension: 4 }).problems).toBeUndefined();
    const [problem] = found({ query: type(3, 5) }, { ...rotary, keyDimension: 3 }).problems!;
    expect(problem).toMatchObject({ code: 'ATTENTION_HEADS', field: 'keyDimension' });
    expect(problem.repair).toBeUndefined();
  });

  it('need keys and values of one length, and a mask of the keys', () => {
    expect(found({ query: type(3, 8), key: type(5, 8), value: type(4, 8) }, {}).problems).toMatchObject([
      { port: 'value', got: 'f32[batch × 4 × 8]', expected: 'f32[batch × 5 × 8]' },
    ]);
    const short: PortType = { dtype: 'bool', shape: ['batch', 3] };
    expect(found({ query: type(3, 8), key: type(5, 8), mask: short }, {}).problems).toMatchObject([
      { port: 'mask', expected: 'bool[batch × 5]' },
    ]);
  });
});
