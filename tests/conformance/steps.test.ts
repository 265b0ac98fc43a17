import { describe, expect, it } from 'vitest';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import { targetOf } from '../../engine/backends/target.ts';
import { allocate } from '../../engine/core/dtype.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import { uniform } from '../../engine/core/random.ts';
import { buildPrediction } from '../../engine/inference/predictor.ts';
import { BEGIN, buildSteps, SCORES, STEP, tokenState } from '../../engine/inference/step-module.ts';
import { findStream, type Stream } from '../../engine/inference/stream.ts';
import type { TrainedModel } from '../../engine/inference/trained-model.ts';
import type { Module } from '../../engine/ir/program.ts';
import { compileModule } from '../../engine/passes/compile.ts';
import { DEVICES, device, type DeviceName } from './device.ts';
import {
  block,
  columnsOf,
  decoder,
  encoder,
  join,
  LENGTH,
  node,
  randomModel,
  scores,
  SOURCE,
  VOCABULARY,
  wire,
  type Graph,
} from './generation-models.ts';

/** Position by position is the same as all positions at once, for every layer that keeps something. */

const BATCH = 3;

const recurrent = (type: string, ...edges: readonly ReturnType<typeof wire>[]): Graph =>
  node('cells', type, { units: 8, sequences: true }, wire('tokens-table', 'cells'), ...edges);
const mask = (of: string): Graph =>
  node(`${of}-mask`, 'padding-mask', { padding: 0 }, wire(of, `${of}-mask`));
const positions = (of: string, kind: string): Graph =>
  node(`${of}-positions`, 'positional-encoding', { kind }, wire(`${of}-table`, `${of}-positions`));
const attention = (
  input: string,
  params: Record<string, unknown>,
  ...edges: readonly ReturnType<typeof wire>[]
) => node('look', 'multi-head-attention', { heads: 2, ...params }, wire(input, 'look.query'), ...edges);
const convolution = (params: Record<string, unknown>): Graph =>
  node('conv', 'conv1d', { filters: 8, padding: 'causal', ...params }, wire('tokens-table', 'conv'));

/** An encoder of two layers of attention, which sees everything at once, under a decoder that looks at it. */
const translator = (rotary: boolean): Graph =>
  decoder(
    'crossed',
    encoder(),
    mask('source'),
    join(
      positions('source', 'sinusoidal'),
      node(
        'read',
        'multi-head-attention',
        { heads: 2 },
        wire('source-positions', 'read.query'),
        wire('source-mask', 'read.mask'),
      ),
    ),
    block(1, 'tokens-table', { rotary: true }),
    node(
      'cross',
      'multi-head-attention',
      { heads: 2, rotary },
      wire('block-1', 'cross.query'),
      wire('read', 'cross.key'),
      wire('source-mask', 'cross.mask'),
    ),
    node('crossed', 'add', {}, wire('block-1', 'crossed.inputs'), wire('cross', 'crossed.inputs')),
  );

const MODELS: Readonly<Record<string, Graph>> = {
  LSTM: decoder('cells', recurrent('lstm')),
  'LSTM with a mask': decoder('cells', mask('tokens'), recurrent('lstm', wire('tokens-mask', 'cells.mask'))),
  GRU: decoder('cells', recurrent('gru')),
  SimpleRNN: decoder('cells', recurrent('simple-rnn')),
  'causal attention': decoder('look', attention('tokens-table', { causal: true })),
  'causal attention with sinusoidal positions': decoder(
    'look',
    positions('tokens', 'sinusoidal'),
    attention('tokens-positions', { causal: true }),
  ),
  'causal attention with learned positions': decoder(
    'look',
    positions('tokens', 'learned'),
    attention('tokens-positions', { causal: true }),
  ),
  'causal attention with rotary positions': decoder(
    'look',
    attention('tokens-table', { causal: true, rotary: true }),
  ),
  'causal attention with a mask': decoder(
    'look',
    mask('tokens'),
    attention('tokens-table', { causal: true }, wire('tokens-mask', 'look.mask')),
  ),
  'a decoder of two blocks': decoder(
    'block-2',
    positions('tokens', 'learned'),
    block(1, 'tokens-positions', {}),
    block(2, 'block-1', { keyDimension: 3, bias: false }),
  ),
  'an encoder and a decoder that looks at it': translator(false),
  'an encoder and a decoder that looks at it with rotary positions': translator(true),
  'an LSTM that begins with the states of another': decoder(
    'cells',
    encoder(),
    node('reader', 'lstm', { units: 8 }, wire('source-table', 'reader')),
    recurrent('lstm', wire('reader.hidden', 'cells.hidden'), wire('reader.cell', 'cells.cell')),
  ),
  'causal convolutions': decoder(
    'narrow',
    convolution({ size: [3] }),
    node(
      'narrow',
      'conv1d',
      { filters: 8, padding: 'causal', size: [2], dilation: [2] },
      wire('conv', 'narrow'),
    ),
  ),
  'causal filters of each channel': decoder(
    'mixed',
    node('own', 'depthwise-conv1d', { padding: 'causal', multiplier: 2 }, wire('tokens-table', 'own')),
    node('mixed', 'separable-conv1d', { filters: 8, padding: 'causal', size: [2] }, wire('own', 'mixed')),
  ),
  'a causal convolution of one tap': decoder('conv', convolution({ size: [1], bias: false })),
  'tokens that are read one position late': join(
    node('tokens', 'input', { columns: columnsOf('x', LENGTH), encoding: 'indices' }),
    node('late', 'shift', { by: 1, value: 2 }, wire('tokens', 'late')),
    node('tokens-table', 'embedding', { dimensions: 8 }, wire('late', 'tokens-table')),
    recurrent('gru'),
    scores('cells'),
  ),
  'values of earlier positions beside those of this one': decoder(
    'sum',
    node('late', 'shift', { by: 2, value: 1 }, wire('tokens-table', 'late')),
    node('sum', 'add', {}, wire('late', 'sum.inputs'), wire('tokens-table', 'sum.inputs')),
  ),
  'the token before beside this one': decoder(
    'sum',
    node('late', 'shift', {}, wire('tokens', 'late')),
    node('late-table', 'embedding', { dimensions: 8 }, wire('late', 'late-table')),
    node('sum', 'add', {}, wire('late-table', 'sum.inputs'), wire('tokens-table', 'sum.inputs')),
  ),
  'what was at earlier positions': decoder(
    'joined',
    node('late', 'shift', { by: 2, value: 1 }, wire('tokens-table', 'late')),
    node('joined', 'concat', {}, wire('late', 'joined.inputs'), wire('tokens-table', 'joined.inputs')),
  ),
  'layers that treat every position alone': decoder(
    'joined',
    node('one', 'rms-norm', {}, wire('tokens-table', 'one')),
    node('fed', 'feed-forward', { width: 4 }, wire('one', 'fed')),
    node('parts', 'split', { count: 3 }, wire('fed', 'parts')),
    node('joined', 'concat', {}, wire('parts.rest', 'joined.inputs'), wire('tokens-table', 'joined.inputs')),
  ),
};

const tokens = Int32Array.from({ length: BATCH * LENGTH }, (_, at) =>
  Math.floor(VOCABULARY * uniform(1, 2, 3, at)),
);

type States = Map<string, NdArray>;

function statesOf(model: TrainedModel, module: Module): States {
  const states = module.states.map(({ name, type, role }): [string, NdArray] => {
    const { dtype, shape } = type;
    if (role === 'data' && shape.length === 2) {
      const values =
        shape[1] === LENGTH ? tokens : Array.from({ length: BATCH * SOURCE }, (_, at) => (at * 3) % 6);
      return [name, ndarray(dtype, shape, values)];
    }
    return [name, ndarray(dtype, shape, model.weights.get(name)?.data)];
  });
  return new Map(states);
}

/** Scores at every position, from the float64 interpreter over whole sequences. */
function expectedScores(model: TrainedModel): Float64Array {
  const { module, predictions } = buildPrediction(model, BATCH);
  return interpret(module.programs[0], statesOf(model, module)).outputs.get(predictions[0].node)!.data;
}

/** What arrives at a position: its token, or that of the position before, where the model reads them late. */
const arriving = ({ first }: Stream, position: number): Int32Array =>
  Int32Array.from({ length: BATCH }, (_, row) => {
    if (first === undefined) return tokens[row * LENGTH + position];
    return position === 0 ? first : tokens[row * LENGTH + position - 1];
  });

function expectSame(
  scores: ArrayLike<number>,
  expected: Float64Array,
  position: number,
  tolerance: number,
): void {
  for (let row = 0; row < BATCH; row++) {
    for (let at = 0; at < VOCABULARY; at++) {
      const value = expected[(row * LENGTH + position) * VOCABULARY + at];
      const got = scores[row * VOCABULARY + at];
      expect(Math.abs(got - value), `row ${row}, position ${position}: ${got}, not ${value}`).toBeLessThan(
        tolerance,
      );
    }
  }
}

async function runOn(
  name: DeviceName,
  model: TrainedModel,
  stream: Stream,
  module: Module,
  expected: Float64Array,
): Promise<void> {
  const executor = await device(name);
  const session = await executor.load(
    compileModule(module, { target: targetOf(executor.device), verify: true }),
  );
  for (const [state, { dtype, data }] of statesOf(model, module)) {
    const values = allocate(dtype, data.length);
    values.set(data);
    await session.upload(state, values);
  }
  // Twice: what is left of the first time must not count.
  for (let time = 0; time < 2; time++) {
    await session.run(BEGIN, 1);
    for (let position = 0; position < LENGTH; position++) {
      await session.upload(tokenState(BATCH).name, arriving(stream, position));
      await session.run(STEP, 1);
      expectSame((await session.read([SCORES]))[SCORES], expected, position, 2e-5);
    }
  }
  await session.dispose();
}

describe.each(Object.entries(MODELS))('position by position: %s', (_, graph) => {
  const model = randomModel(graph);
  const stream = findStream(model);
  const { module } = buildSteps(model, stream, BATCH);
  const expected = expectedScores(model);

  it('is the whole sequence at once, in float64', () => {
    const [begin, step] = module.programs;
    let states = statesOf(model, module);
    states = new Map([...states, ...interpret(begin, states).writes]);
    for (let position = 0; position < LENGTH; position++) {
      states.set(tokenState(BATCH).name, ndarray('i32', [BATCH], arriving(stream, position)));
      const { writes, outputs } = interpret(step, states);
      expectSame(outputs.get(SCORES)!.data, expected, position, 1e-10);
      states = new Map([...states, ...writes]);
    }
  });

  it.each(DEVICES)('is the whole sequence at once, on %s', (name) =>
    runOn(name, model, stream, module, expected),
  );
});

const refused = (graph: Graph) => {
  const model = randomModel(graph);
  return () => findStream(model);
};

describe('a model that sees later positions', () => {
  it.each<[string, string, Graph]>([
    ['look', 'attention that is not causal', decoder('look', attention('tokens-table', {}))],
    [
      'cells',
      'both directions',
      decoder(
        'cells',
        node(
          'cells',
          'lstm',
          { units: 8, sequences: true, bidirectional: true },
          wire('tokens-table', 'cells'),
        ),
      ),
    ],
    ['conv', 'a centred convolution', decoder('conv', convolution({ size: [3], padding: 'same' }))],
    [
      'turned',
      'a layer along the sequence',
      decoder(
        'turned',
        node('turned', 'gather', { axis: 1, positions: [1, 0, 2, 3, 4, 5] }, wire('tokens-table', 'turned')),
      ),
    ],
    [
      'ahead',
      'a layer that looks ahead',
      decoder('ahead', node('ahead', 'shift', { by: -1 }, wire('tokens-table', 'ahead'))),
    ],
    [
      'group',
      'a norm over all positions',
      decoder('group', node('group', 'group-norm', { groups: 2 }, wire('tokens-table', 'group'))),
    ],
  ])('is refused at the node %s: %s', (id, _, graph) => {
    expect(refused(graph)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ code: 'GENERATE_NOT_CAUSAL', where: `node ${id}` }),
      }),
    );
  });
});

describe('a model of windows', () => {
  const last = (...graphs: Graph[]) =>
    decoder('last', ...graphs, node('last', 'take-step', {}, wire('look', 'last')));

  it('goes on position by position where its memory has no end', () => {
    const graph = decoder('cells', node('cells', 'gru', { units: 8 }, wire('tokens-table', 'cells')));
    expect(findStream(randomModel(graph))).toMatchObject({ node: 'tokens', stepwise: true, length: LENGTH });
  });

  it('looks at whole windows where it knows only their last position', () => {
    const graph = last(attention('tokens-table', { causal: true }));
    expect(findStream(randomModel(graph))).toMatchObject({
      node: 'tokens',
      stepwise: false,
      size: VOCABULARY,
    });
  });

  it('looks at whole windows where it needs all positions', () => {
    const graph = decoder('flat', node('flat', 'flatten', {}, wire('tokens-table', 'flat')));
    expect(findStream(randomModel(graph))).toMatchObject({ stepwise: false });
  });
});

it('tells the tokens that a model goes on with from those that its encoder reads', () => {
  const model = randomModel(translator(false));
  expect(findStream(model)).toMatchObject({ node: 'tokens', stepwise: true, length: LENGTH });
  expect(() => findStream(model, 'source')).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'GENERATE_NO_SCORES' }) }),
  );
});
