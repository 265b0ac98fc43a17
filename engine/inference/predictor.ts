import type { Executor, Session } from '../backends/executor.ts';
import type { TypedArray } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import { Builder } from '../ir/builder.ts';
import type { Module } from '../ir/program.ts';
import { lowerPredictions, type LoweredWeight } from '../passes/lower.ts';
import { BatchInputs, type BatchInput } from './batch-inputs.ts';
import { Bindings } from './bindings.ts';
import { loweringOf, loadModule, type TrainedModel } from './trained-model.ts';

const PROGRAM = 'predict';

/** Something that a model predicts. */
export interface Prediction {
  /** The Output node, or the loss. */
  readonly node: string;
  /** Shape for one batch. */
  readonly shape: Shape;
  /** Names of the last axis, where it is one score per class. */
  readonly classes?: readonly string[];
}

export interface PredictionModule {
  /** One program, `predict`; its outputs are called as the nodes. */
  readonly module: Module;
  readonly inputs: readonly BatchInput[];
  readonly predictions: readonly Prediction[];
  readonly weights: readonly LoweredWeight[];
}

/** Builds the program that predicts a batch of rows. Throws what lowering throws. */
export function buildPrediction(model: TrainedModel, batch: number): PredictionModule {
  const b = new Builder(PROGRAM);
  const inputs = new BatchInputs(model.schema, batch);
  const lowered = lowerPredictions(b, model.document, loweringOf(b, model, inputs));
  for (const { node, value } of lowered.predictions) b.output(node, value);
  const bindings = new Bindings(model.document, model.schema);
  const states = [...inputs.all, ...lowered.weights].map(({ state }) => state);
  return {
    module: { states, programs: [b.finish()] },
    inputs: inputs.all,
    predictions: lowered.predictions.map(({ node, value: { type } }) => {
      const classes = type.shape.length > 1 ? bindings.classes(type.shape[type.shape.length - 1]) : undefined;
      return { node, shape: type.shape, ...(classes && { classes }) };
    }),
    weights: lowered.weights,
  };
}

/** A model on the device that predicts batch after batch. */
export class Predictor {
  /** Most rows at once. */
  readonly batch: number;
  readonly inputs: readonly BatchInput[];
  readonly predictions: readonly Prediction[];
  private readonly session: Session;

  /** Builds, compiles and loads it. Throws what lowering throws, or `CHECKPOINT_MISMATCH`. */
  static async load(model: TrainedModel, executor: Executor, batch: number): Promise<Predictor> {
    const built = buildPrediction(model, batch);
    const session = await loadModule(model, built, executor);
    return new Predictor(built, session, batch);
  }

  private constructor({ inputs, predictions }: PredictionModule, session: Session, batch: number) {
    this.batch = batch;
    this.inputs = inputs;
    this.predictions = predictions;
    this.session = session;
  }

  /** Sets the values of an input; the last rows may be missing. */
  async upload({ state }: BatchInput, values: TypedArray): Promise<void> {
    await this.session.upload(state.name, values);
  }

  /** What the model predicts of the rows that were uploaded, by node. */
  async run(): Promise<Readonly<Record<string, TypedArray>>> {
    await this.session.run(PROGRAM, 1);
    return this.session.read(this.predictions.map(({ node }) => node));
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}
