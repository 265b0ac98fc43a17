import { describe, expect, it } from 'vitest';
import { interpret } from '../../engine/backends/reference/interpret.ts';
import type { DatasetSchema } from '../../engine/core/dataset.ts';
import { ndarray, type NdArray } from '../../engine/core/ndarray.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { buildPrediction } from '../../engine/inference/predictor.ts';
import type { Module } from '../../engine/ir/program.ts';
import { initialValues } from '../../engine/train/initial.ts';
import { buildTraining, type TrainingSpec } from '../../engine/train/step.ts';
import { chain } from './generation-models.ts';

/** A line through weighted points whose targets are scaled, against the formulas, in float64. */

const RATE = 0.125;
/** Of targets: mean 200, deviation 128, which float32 has exactly. */
const [OFFSET, SCALE] = [200, 1 / 128];
const [SLOPE, INTERCEPT] = [0.5, 0.25];
const X = [1, 2, 3, 4];
const Y = [100, 300, 250, 500];
const WEIGHTS = [1, 4, 0, 3];
/** Weights are 1 on average over the training part. */
const COUNTED = WEIGHTS.map((weight) => weight / 2);

const number = { kind: 'number', dtype: 'f32', shape: [], missing: 0 } as const;
const schema: DatasetSchema = {
  version: 1,
  name: 'points',
  columns: [
    { ...number, name: 'x', role: 'input' },
    { ...number, name: 'y', role: 'target', scaling: { offset: [OFFSET], scale: [SCALE] } },
    { ...number, name: 'w', role: 'weight', normalisation: { offset: [0], scale: [0.5] } },
  ],
  rows: { train: 4, validation: 3, test: 0 },
};

const edges = chain('input', 'line');
const document = parseDocument({
  format: 'strata',
  version: 2,
  name: 'line',
  nodes: [
    { id: 'input', type: 'input' },
    { id: 'line', type: 'dense', params: { units: 1 } },
    { id: 'loss', type: 'mse' },
  ],
  edges: [...edges, { from: { node: 'line', port: 'output' }, to: { node: 'loss', port: 'prediction' } }],
  training: {
    optimizer: { type: 'sgd', params: { learningRate: RATE, momentum: 0 } },
    epochs: 1,
    batchSize: 4,
    seed: 1,
    l2: 0,
  },
});

const valuesOf = ({ data }: NdArray): number[] => Array.from(data);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** States by name, those that the test gives and the others as a run begins with them. */
function statesOf(module: Module): Map<string, NdArray> {
  const split = (name: string, rows: number) => ({
    [`data.${name}.input`]: X.slice(0, rows),
    [`data.${name}.target`]: Y.slice(0, rows),
    [`data.${name}.weight`]: WEIGHTS.slice(0, rows),
    [`data.${name}.order`]: [0, 1, 2, 3].map((row) => (row < rows ? row : -1)),
  });
  const given: Readonly<Record<string, readonly number[]>> = {
    ...split('train', 4),
    ...split('validation', 3),
    'learning-rate': [RATE],
    'line.kernel': [SLOPE],
    'line.bias': [INTERCEPT],
  };
  return new Map(
    module.states.map((state) => {
      const { dtype, shape } = state.type;
      return [state.name, ndarray(dtype, shape, given[state.name] ?? initialValues(state, 0))];
    }),
  );
}

const spec: TrainingSpec = {
  document,
  schema,
  batch: 4,
  steps: 1,
  train: { split: 'train', rows: 4, capacity: 4 },
  evaluated: [{ split: 'validation', rows: 3, capacity: 3 }],
};

describe('weighted rows and scaled targets', () => {
  const { module } = buildTraining(spec);
  const run = (program: string) => {
    const found = module.programs.find(({ name }) => name === program)!;
    const { writes } = interpret(found, statesOf(module));
    return (state: string): number[] => valuesOf(writes.get(state) as NdArray);
  };
  const predicted = X.map((x) => SLOPE * x + INTERCEPT);
  const errors = predicted.map((value, row) => value - (Y[row] - OFFSET) * SCALE);

  it('train by the mean of weighted losses', () => {
    const written = run('train');
    const slope = sum(errors.map((error, row) => (2 * COUNTED[row] * error * X[row]) / 4));
    const intercept = sum(errors.map((error, row) => (2 * COUNTED[row] * error) / 4));
    expect(written('line.kernel')[0]).toBeCloseTo(SLOPE - RATE * slope, 12);
    expect(written('line.bias')[0]).toBeCloseTo(INTERCEPT - RATE * intercept, 12);
  });

  it('are measured by weighted means, metrics in the units of the target', () => {
    const written = run('evaluate.validation');
    const counted = COUNTED.slice(0, 3);
    expect(written('metric.evaluate.loss.counted')[0]).toBeCloseTo(sum(counted), 12);
    expect(written('metric.evaluate.loss')[0]).toBeCloseTo(
      sum(counted.map((weight, row) => weight * errors[row] ** 2)),
      12,
    );
    expect(written('metric.evaluate.mae')[0]).toBeCloseTo(
      sum(counted.map((weight, row) => weight * Math.abs(errors[row] / SCALE))),
      9,
    );
  });

  it('may be scaled by their logarithms, inputs and targets alike, and are predicted back', () => {
    const log = { offset: [2], scale: [0.5], log1p: [true] };
    const [x, y, w] = schema.columns;
    const logarithmic = { ...schema, columns: [{ ...x, normalisation: log }, { ...y, scaling: log }, w] };
    const { module } = buildTraining({ ...spec, schema: logarithmic });
    const states = statesOf(module);
    const seen = (value: number): number => (Math.log1p(value) - 2) / 2;
    const said = X.map((value) => SLOPE * seen(value) + INTERCEPT);
    const train = module.programs.find(({ name }) => name === 'train')!;
    const recorded = valuesOf(interpret(train, states).writes.get('metric.train.loss') as NdArray)[0];
    const losses = said.map((value, row) => COUNTED[row] * (value - seen(Y[row])) ** 2);
    expect(recorded).toBeCloseTo(sum(losses) / sum(COUNTED), 9);
    const model = buildPrediction({ document, schema: logarithmic, weights: new Map() }, 4);
    const given = new Map(states).set('input.input', ndarray('f32', [4, 1], X));
    const { outputs } = interpret(model.module.programs[0], given);
    valuesOf(outputs.get('loss') as NdArray).forEach((value, row) =>
      expect(value).toBeCloseTo(Math.expm1(said[row] / 0.5 + 2), 9),
    );
  });

  it('are predicted in the units of the target', () => {
    const model = buildPrediction({ document, schema, weights: new Map() }, 4);
    const states = new Map(statesOf(module)).set('input.input', ndarray('f32', [4, 1], X));
    const { outputs } = interpret(model.module.programs[0], states);
    expect(model.inputs.map(({ state }) => state.name)).toEqual(['input.input']);
    valuesOf(outputs.get('loss') as NdArray).forEach((value, row) =>
      expect(value).toBeCloseTo(predicted[row] / SCALE + OFFSET, 9),
    );
  });
});
