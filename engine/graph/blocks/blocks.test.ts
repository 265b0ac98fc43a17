import { describe, expect, it } from 'vitest';
import { defaultsOf, type Params } from '../../core/fields.ts';
import { blocks } from '../catalogue.ts';
import { checkGraph, type NodeCheck } from '../check.ts';
import { definitionOf } from '../block.ts';
import { emptyDocument } from '../document.ts';
import { portsOf } from '../ports.ts';

/** A block with an Input of the given shape at each of the ports named, twice in a row where `repeat` says so. */
function placed(
  type: string,
  inputs: Readonly<Record<string, readonly number[]>>,
  params: Params = {},
  repeat = 1,
) {
  const block = blocks.find((it) => it.type === type)!;
  const definition = definitionOf(block, type, { ...defaultsOf(block.fields), ...params } as never);
  const node = (id: string, layer: string, given: Params) => ({
    id,
    type: layer,
    params: given,
    trainable: true,
  });
  const masks = Object.keys(inputs).filter((port) => port.endsWith('mask'));
  const encodingOf = (port: string) => (masks.includes(port) ? 'indices' : 'features');
  const document = {
    ...emptyDocument(type),
    groups: [definition],
    nodes: [
      ...Object.entries(inputs).map(([port, shape]) =>
        node(`in-${port}`, 'input', { shape, encoding: encodingOf(port) }),
      ),
      ...masks.map((port) => node(`of-${port}`, 'padding-mask', {})),
      node('block', 'group', { group: type, repeat }),
    ],
    edges: Object.keys(inputs).flatMap((port) => {
      const into = { node: 'block', port };
      const made = { node: `in-${port}`, port: 'output' };
      if (!masks.includes(port)) return [{ from: made, to: into }];
      const mask = `of-${port}`;
      return [
        { from: made, to: { node: mask, port: 'input' } },
        { from: { node: mask, port: 'output' }, to: into },
      ];
    }),
  };
  const check = checkGraph(document);
  const problems = check.diagnostics.filter(({ code }) => !code.startsWith('GRAPH_NO_'));
  return { block: check.nodes.block, problems, ports: portsOf(document.nodes.at(-1)!, document.groups)! };
}

const shapes = ({ outputs }: NodeCheck) =>
  Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape.slice(1)]));

const sequence = [5, 64];
const image = [8, 8, 32];
const attention = 4 * (64 * 64 + 64);
const dense = 64 * 256 + 256 + 256 * 64 + 64;
const norm = 2 * 64;

describe('ready-made blocks', () => {
  it.each([
    ['feed-forward', { input: sequence }, {}, { output: sequence }, dense + norm],
    ['feed-forward', { input: sequence }, { norm: 'after' }, { output: sequence }, dense + norm],
    ['transformer-encoder', { input: sequence }, {}, { output: sequence }, attention + dense + 2 * norm],
    [
      'transformer-encoder',
      { input: sequence, mask: [5] },
      { norm: 'after', dropout: 0, activation: 'relu' },
      { output: sequence },
      attention + dense + 2 * norm,
    ],
    [
      'transformer-decoder',
      { input: sequence, memory: [7, 64], 'memory-mask': [7] },
      {},
      { output: sequence },
      2 * attention + dense + 3 * norm,
    ],
    ['residual-conv', { input: image }, {}, { output: image }, 2 * (9 * 32 * 32 + 2 * 32)],
    [
      'residual-conv',
      { input: image },
      { filters: 64, stride: 2 },
      { output: [4, 4, 64] },
      9 * 32 * 64 + 9 * 64 * 64 + 32 * 64 + 3 * 2 * 64,
    ],
    [
      'inverted-residual',
      { input: image },
      {},
      { output: image },
      2 * 32 * 192 + 9 * 192 + 2 * (192 + 192 + 32),
    ],
    ['squeeze-excitation', { input: image }, {}, { output: image }, 32 * 2 + 2 + 2 * 32 + 32],
    ['squeeze-excitation', { input: image }, { reduction: 64 }, { output: image }, 32 + 1 + 32 + 32],
    [
      'u-net-down',
      { input: [8, 8, 3] },
      {},
      { output: [4, 4, 32], skip: [8, 8, 32] },
      9 * 3 * 32 + 32 + 9 * 32 * 32 + 32,
    ],
    [
      'u-net-up',
      { input: [4, 4, 64], skip: image },
      {},
      { output: image },
      9 * 96 * 32 + 32 + 9 * 32 * 32 + 32,
    ],
  ])('%s with %j and %j', (type, inputs, params, outputs, parameters) => {
    const { block, problems } = placed(type, inputs as Record<string, readonly number[]>, params);
    expect(problems).toEqual([]);
    expect(shapes(block)).toEqual(outputs);
    expect(block.parameters).toBe(parameters);
  });

  it('are all tried here, and follow themselves where what comes out is what goes in', () => {
    expect(blocks.map(({ type }) => type).sort()).toEqual([
      ...['feed-forward', 'inverted-residual', 'residual-conv', 'squeeze-excitation'],
      ...['transformer-decoder', 'transformer-encoder', 'u-net-down', 'u-net-up'],
    ]);
    const { block, problems } = placed('transformer-decoder', { input: sequence, memory: [7, 64] }, {}, 3);
    expect(problems).toEqual([]);
    expect(block.parameters).toBe(3 * (2 * attention + dense + 3 * norm));
  });

  it('say which of their inputs may stay unconnected', () => {
    const { ports } = placed('transformer-decoder', { input: sequence, memory: [7, 64] });
    expect(ports.inputs.map(({ name, optional }) => [name, optional ?? false])).toEqual([
      ['input', false],
      ['memory', false],
      ['mask', true],
      ['memory-mask', true],
    ]);
  });
});
