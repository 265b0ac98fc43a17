import { describe, expect, it } from 'vitest';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import { StrataError } from '../../engine/core/errors.ts';
import { defaultsOf, type Params } from '../../engine/core/fields.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import { uniform } from '../../engine/core/random.ts';
import { layers } from '../../engine/graph/catalogue.ts';
import { checkGraph } from '../../engine/graph/check.ts';
import { buildPrediction } from '../../engine/inference/predictor.ts';
import { BatchInputs } from '../../engine/inference/batch-inputs.ts';
import { loweringOf, type TrainedModel } from '../../engine/inference/trained-model.ts';
import { Builder } from '../../engine/ir/builder.ts';
import type { Program, State } from '../../engine/ir/program.ts';
import { reshape } from '../../engine/ops/reshape.ts';
import type { LayerRecord } from '../../engine/layers/layer.ts';
import { lowerSteps } from '../../engine/passes/lower-steps.ts';
import { Dice } from './dice.ts';
import {
  embedded,
  join,
  LENGTH,
  node,
  randomModel,
  SCHEMA,
  VOCABULARY,
  wire,
  type Graph,
} from './generation-models.ts';

/** Every layer, under random settings: position by position it gives what it gives for whole sequences, or it says that it cannot. */

const TRIALS = 24;
const TOKEN: State = {
  name: 'token',
  type: { dtype: 'i32', shape: [1] },
  role: 'setting',
  init: { kind: 'upload' },
};
const POSITION: State = { ...TOKEN, name: 'position', type: { dtype: 'i32', shape: [] } };
const text = Array.from({ length: LENGTH }, (_, at) => Math.floor(VOCABULARY * uniform(1, 2, 3, at)));

/** The layer over embedded tokens, or over tokens where it takes only those; undefined where it takes neither. */
function modelOf(layer: LayerRecord, params: Params): TrainedModel | undefined {
  for (const source of ['tokens-table', 'tokens']) {
    const needed = layer.inputs.filter(({ optional }) => !optional);
    const edges = (needed.length > 0 ? needed : layer.inputs)
      .flatMap(({ name, variadic }) => Array<string>(variadic ? 2 : 1).fill(`tested.${name}`))
      .map((to) => wire(source, to));
    const graph: Graph = join(
      embedded('tokens', 'x', LENGTH),
      node('tested', layer.type, params, ...edges),
      node('output', 'output', {}, wire(`tested.${layer.outputs[0]?.name}`, 'output')),
    );
    try {
      const model = randomModel(graph);
      const { diagnostics } = checkGraph(model.document, SCHEMA);
      if (diagnostics.every(({ severity }) => severity !== 'error')) return model;
    } catch (error) {
      if (!(error instanceof StrataError)) throw error;
    }
  }
  return undefined;
}

type States = Map<string, NdArray>;
const weightsOf = ({ weights }: TrainedModel): States =>
  new Map([...weights].map(([name, { dtype, shape, data }]) => [name, ndarray(dtype, shape, data)]));

function whole(model: TrainedModel, tokens: readonly number[]): NdArray {
  const { module, inputs, predictions } = buildPrediction(model, 1);
  const states = weightsOf(model).set(inputs[0].state.name, ndarray('i32', [1, LENGTH], tokens));
  return interpret(module.programs[0], states).outputs.get(predictions[0].node)!;
}

/** What comes out at each position; or why the layer cannot do it; undefined where nothing that can be compared comes out. */
function stepped(model: TrainedModel): NdArray[] | string | undefined {
  const [begin, step] = [new Builder('begin'), new Builder('step')];
  try {
    const { predictions } = lowerSteps(begin, step, model.document, {
      ...loweringOf(begin, model, new BatchInputs(SCHEMA, 1)),
      node: 'tokens',
      token: reshape(step, step.read(TOKEN), [1, 1]),
      position: step.read(POSITION),
    });
    if (predictions.length === 0) return undefined;
    step.output('result', predictions[0].value);
  } catch (error) {
    if (error instanceof StrataError && error.code === 'GENERATE_NOT_CAUSAL') return error.problem.message;
    throw error;
  }
  return run(begin.finish(), step.finish(), weightsOf(model));
}

function run(begin: Program, step: Program, weights: States): NdArray[] {
  let states: States = new Map([...weights, ...interpret(begin, weights).writes]);
  return text.map((token, position) => {
    states.set(TOKEN.name, ndarray('i32', [1], [token])).set(POSITION.name, ndarray('i32', [], [position]));
    const { writes, outputs } = interpret(step, states);
    states = new Map([...states, ...writes]);
    return outputs.get('result')!;
  });
}

/** The part of a whole result that belongs to a position; all of it where it has no positions. */
function partOf({ data, shape }: NdArray, position: number, one: NdArray): Float64Array {
  if (one.data.length === data.length) return data;
  const width = data.length / shape[1];
  return data.slice(position * width, (position + 1) * width);
}

/** It draws anew at every use, evaluation included, so that there is nothing to compare. */
const DRAWS = new Set(['negative-sample']);
// The ports of groups stand nowhere but inside of one.
const tested = layers.filter(
  ({ type, inputs, outputs, loss, group }) =>
    inputs.length > 0 && outputs.length > 0 && !loss && !group && !DRAWS.has(type),
);

describe.each(tested.map((layer) => [layer.type, layer] as const))('the layer %s', (_, layer) => {
  const settings = Array.from({ length: TRIALS }, (__, trial): Params => {
    const dice = new Dice(trial);
    const chosen = Object.entries(layer.fields).map(([name, field]) => [name, dice.setting(field)]);
    return trial === 0 ? {} : (Object.fromEntries(chosen) as Params);
  });

  it('gives position by position what it gives for whole sequences, or says why not', () => {
    let compared = 0;
    for (const params of settings) {
      const model = modelOf(layer, params);
      const results = model && stepped(model);
      if (!model || !results || typeof results === 'string') continue;
      const expected = whole(model, text);
      compared++;
      results.forEach((result, position) => {
        // Without an axis of positions, only the last result is that of the whole sequence.
        if (result.data.length === expected.data.length && position < LENGTH - 1) return;
        const part = partOf(expected, position, result);
        expect(result.data.length).toBe(part.length);
        part.forEach((value, at) => expect(result.data[at], JSON.stringify(params)).toBeCloseTo(value, 9));
      });
    }
    expect(compared > 0, `${compared} settings compared`).toBe(layer.stepwise !== undefined);
  });

  it('does not need the whole sequence where no position sees a later one', () => {
    const model = modelOf(layer, defaultsOf(layer.fields));
    if (!model || typeof stepped(model) !== 'string') return;
    const before = whole(model, text);
    if (before.shape[1] !== LENGTH) return;
    const changed = text.slice(0, -1).concat((text[LENGTH - 1] + 1) % VOCABULARY);
    const after = whole(model, changed);
    const width = before.data.length / LENGTH;
    const earlier = before.data.subarray(0, before.data.length - width);
    expect(earlier.some((value, at) => value !== after.data[at])).toBe(true);
  });
});
