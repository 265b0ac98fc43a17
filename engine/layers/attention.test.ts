import { describe, expect, it } from 'vitest';
import { checkOp, type OpSample } from '../../tests/conformance/op-harness.ts';
import { targetOf } from '../backends/target.ts';
import { size } from '../core/shape.ts';
import { Builder, type Value } from '../ir/builder.ts';
import { fill } from '../ops/constant.ts';
import { sum } from '../ops/reduce-sum.ts';
import { sub } from '../ops/sub.ts';
import { compileModule } from '../passes/compile.ts';
import { differentiate } from '../passes/differentiate.ts';
import { device } from '../../tests/conformance/device.ts';
import { attend, attendByBlocks, blocksOf, type Attention } from './attention.ts';

const inputs = [
  { shape: [2, 2, 5, 3] },
  { shape: [2, 2, 4, 3] },
  { shape: [2, 2, 4, 2] },
  { shape: [2, 4], dtype: 'bool', values: [1, 0, 1, 1, 0, 0, 0, 0] },
] as const;

interface Case {
  readonly causal?: boolean;
  readonly masked?: boolean;
  readonly rate?: number;
}

function attention(
  b: Builder,
  [query, key, value, counts]: readonly Value[],
  { causal = false, masked = false, rate = 0 }: Case,
): Attention {
  const stream = { seed: fill(b, 7, [], 'u32'), step: fill(b, 1, [], 'u32'), stream: 3 };
  const dropout = rate > 0 ? { rate, stream } : undefined;
  return { query, key, value, counts: masked ? counts : undefined, causal, dropout };
}

const CASES: Readonly<Record<string, Case>> = {
  'all keys': {},
  causal: { causal: true },
  'with a mask': { masked: true },
  'causal with a mask and dropout': { causal: true, masked: true, rate: 0.4 },
};

checkOp(
  'attention by blocks of queries',
  Object.entries(CASES).flatMap(([name, given]): OpSample[] => [
    {
      name: `${name}, blocks of unequal length`,
      inputs,
      build: (b, values) => attendByBlocks(b, attention(b, values, given), 3),
    },
    {
      name: `${name}, differs by nothing from all at once`,
      inputs,
      build: (b, values) => {
        const parts = attention(b, values, given);
        return sub(b, attendByBlocks(b, parts, 2), attend(b, parts).output);
      },
      expected: Array<number>(2 * 2 * 5 * 2).fill(0),
      differentiable: false,
    },
  ]),
);

describe('memory', () => {
  /** Peak bytes of a step that computes attention over `length` positions and its gradients. */
  async function peak(length: number, byBlocks: boolean): Promise<number> {
    const b = new Builder('train');
    const states = ['query', 'key', 'value'].map((name) => ({
      name,
      type: { dtype: 'f32', shape: [2, 4, length, 16] } as const,
      role: 'parameter' as const,
      init: { kind: 'zeros' } as const,
    }));
    const values = states.map((state) => b.read(state));
    const parts = attention(b, values, { causal: true, rate: 0.1 });
    expect(blocksOf(parts)).toBeGreaterThan(1);
    const output = byBlocks ? attendByBlocks(b, parts, blocksOf(parts)) : attend(b, parts).output;
    differentiate(b, sum(b, output), values).forEach((gradient, at) => b.output(`g${at}`, gradient));
    const { device: info } = await device('the processor');
    return compileModule({ states, programs: [b.finish()] }, { target: targetOf(info) }).peakBytes;
  }

  it('is far less than a table of scores takes', async () => {
    const scores = 4 * size([2, 4, 1024, 1024]);
    expect(await peak(1024, false)).toBeGreaterThan(2 * scores);
    expect(await peak(1024, true)).toBeLessThan(scores / 2);
  });

  it('is not worth it for short sequences', () => {
    const b = new Builder('short');
    const shape = [16, 4, 64, 16];
    const query = b.read({ name: 'query', type: { dtype: 'f32', shape } });
    expect(blocksOf({ query, key: query })).toBe(1);
  });
});
